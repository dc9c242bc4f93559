/* Scores a text, or writes one: see @name@.h for the model.

       cc -std=c99 -O3 -o @name@ @name@.c main.c -lm
       ./@name@ < TEXT
       ./@name@ write N [SEED]

   For a text, @in_bytes@, it prints the bits per @one@. To write, it draws N of them from the model's probabilities.
   The seed is 0 by default. */

#include "@name@.h"

@program.c@

enum { END = -1 };

#if BYTES
/* Returns the symbol of the next byte of standard input, or END. */
static int next_symbol(void)
{
    const int byte = getchar();
    return byte == EOF ? END : glass_symbol((uint32_t)byte);
}

static void print_symbol(int symbol) { putchar((int)glass_code_points[symbol]); }

#else
static unsigned long bytes_read;

static int next_byte(void)
{
    const int byte = getchar();
    bytes_read += byte != EOF;
    return byte;
}

/* Returns the code point whose UTF-8 begins with a byte. */
static uint32_t code_point_of(int byte)
{
    static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
    const unsigned long at = bytes_read;
    const int more = byte < 0x80 ? 0 : (byte & 0xe0) == 0xc0 ? 1 : (byte & 0xf0) == 0xe0 ? 2 : 3;
    uint32_t code_point = byte < 0x80 ? (uint32_t)byte : (uint32_t)byte & (0x3fu >> more);
    int is_good = byte < 0x80 || (byte & 0xc0) == 0xc0;
    is_good = is_good && byte < 0xf8;
    for (int k = 0; k < more && is_good; k++) {
        const int next = next_byte();
        is_good = next != EOF && (next & 0xc0) == 0x80;
        code_point = (code_point << 6) | ((uint32_t)next & 0x3fu);
    }
    if (!is_good || code_point < least[more] || code_point > 0x10ffff || (code_point >> 11) == 0x1b)
        fail(BAD_DATA, "standard input is not UTF-8 (byte %lu is 0x%02x); convert it to UTF-8 first", at, (unsigned)byte);
    return code_point;
}

/* Returns the symbol of the next character of standard input, or END; any line end becomes \n. */
static int next_symbol(void)
{
    static int is_after_return, has_begun;
    for (;;) {
        const int byte = next_byte(), was_after_return = is_after_return;
        uint32_t code_point;
        if (byte == EOF)
            return END;
        code_point = code_point_of(byte);
        is_after_return = code_point == '\r';
        if (code_point == '\n' && was_after_return)
            continue;
        if (code_point == 0xfeff && !has_begun++)
            continue; /* the byte order mark */
        has_begun = 1;
        return glass_symbol(is_after_return ? '\n' : code_point);
    }
}

static void print_symbol(int symbol)
{
    const uint32_t code_point = glass_code_points[symbol];
    const int more = code_point < 0x80 ? 0 : code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    static const int first[4] = {0, 0xc0, 0xe0, 0xf0};
    putchar(first[more] | (int)(code_point >> (6 * more)));
    for (int k = more - 1; k >= 0; k--)
        putchar(0x80 | (int)((code_point >> (6 * k)) & 0x3f));
}

#endif
static glass_state state;
static float probabilities[GLASS_SYMBOLS];

static void measure(void)
{
    double bits = 0.0;
    unsigned long count = 0;
    for (int symbol = next_symbol(); symbol != END; symbol = next_symbol()) {
        /* a probability that underflows counts as the smallest normal float */
        bits -= log2(probabilities[symbol] > FLT_MIN ? (double)probabilities[symbol] : (double)FLT_MIN);
        count++;
        glass_read(&state, symbol, probabilities);
    }
    if (ferror(stdin))
        fail(BAD_DATA, "standard input cannot be read: %s", strerror(errno));
    if (count == 0)
        fail(BAD_DATA, "standard input is empty; expected text");
    printf("%.6f bits per @one@, of %lu\n", bits / (double)count, count);
}

static uint64_t random_state;

/* Returns a random number in [0, 1) (splitmix64: Steele, Lea & Flood 2014). */
static double draw(void)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void write_text(unsigned long length)
{
    for (unsigned long written = 0; written < length; written++) {
        /* never the boundary or the symbol of other characters: neither can be written */
        int symbol = GLASS_OTHER + 1;
        double left = 0.0;
        for (int k = symbol; k < GLASS_SYMBOLS; k++)
            left += (double)probabilities[k];
        left *= draw();
        while (symbol < GLASS_SYMBOLS - 1 && left >= (double)probabilities[symbol])
            left -= (double)probabilities[symbol++];
        print_symbol(symbol);
        glass_read(&state, symbol, probabilities);
    }
#if !BYTES
    putchar('\n');
#endif
}

static unsigned long number_of(const char *word)
{
    char *end;
    unsigned long number;
    errno = 0;
    number = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || errno != 0)
        fail(USAGE, "'%s' was not expected; expected a whole number from 0 up", word);
    return number;
}

int main(int count, char **words)
{
    const int writes = count > 1 && strcmp(words[1], "write") == 0;
    if (writes ? count < 3 || count > 4 : count > 1)
        fail(USAGE, "usage: %s < TEXT, or %s write N [SEED]", words[0], words[0]);
    glass_reset(&state);
    glass_read(&state, GLASS_BOUNDARY, probabilities);
    if (writes) {
        random_state = count > 3 ? number_of(words[3]) : 0;
        write_text(number_of(words[2]));
    } else {
        measure();
    }
    return finish();
}
