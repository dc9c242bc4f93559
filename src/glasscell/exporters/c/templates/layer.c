typedef struct {
    int inputs, units;
    const float *kernel;           /* (inputs, 4 H) */
    const float *recurrent_kernel; /* (H, 4 H) */
    const float *bias;             /* (4 H) */
#if PEEPHOLES
    const float *peephole_kernel; /* (3, H): i, f, o */
#endif
#if GATE_RECURRENCE
    const float *gate_kernel; /* (3 H, 3 H): from i, f, o of the last step to those of this step */
#endif
#if !ONE_WAY
    int backwards;
    int column;   /* of its h in the joined output of both directions */
    int is_first; /* of the layer's directions */
    int is_top;   /* whether the output layer uses its h */
#endif
} layer;
