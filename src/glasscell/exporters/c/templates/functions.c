#if SIGMOID
static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

#endif
#if HARD_SIGMOID
static float hard_sigmoid(float x) { return x < -3.0f ? 0.0f : x > 3.0f ? 1.0f : x / 6.0f + 0.5f; }

#endif
#if RELU
static float relu(float x) { return x < 0.0f ? 0.0f : x; }

#endif
#if SOFTSIGN
static float softsign(float x) { return x / (1.0f + fabsf(x)); }

#endif
/* sum (n) += x (rows) * matrix (rows, n), whose rows are `width` apart. */
static void add_product(float *restrict sum, int n, const float *restrict x, int rows, const float *restrict matrix,
                        int width)
{
    for (int r = 0; r < rows; r++) {
        const float factor = x[r];
        const float *restrict row = matrix + (size_t)r * (size_t)width;
        for (int k = 0; k < n; k++)
            sum[k] += factor * row[k];
    }
}
#if SOFTMAX

/* Softmax of n numbers, in place. */
static void softmax(float *y, int n)
{
    float most = y[0], sum = 0.0f;
    for (int k = 1; k < n; k++)
        most = y[k] > most ? y[k] : most;
    for (int k = 0; k < n; k++)
        sum += y[k] = expf(y[k] - most);
    for (int k = 0; k < n; k++)
        y[k] /= sum;
}
#endif
