typedef struct {
    int inputs, units;
    const float *kernel;           /* (inputs, 4 H) */
    const float *recurrent_kernel; /* (H, 4 H) */
    const float *bias;             /* (4 H) */
#if PEEPHOLES
    const float *peephole_kernel; /* (3, H): i, f, o */
#endif
#if GATE_RECURRENCE
    const float *gate_kernel; /* (3 H, 3 H): from i, f, o of the last step to those of this one */
#endif
#if !ONE_WAY
    int backwards;
    int column;   /* where its h stand beside that of the other direction */
    int is_first; /* of its directions */
    int is_top;   /* whether its h is read out */
#endif
} layer;
