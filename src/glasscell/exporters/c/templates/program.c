#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USAGE = 2, BAD_DATA = 3 };

/* Exits with a message on one line, without control characters. */
static void fail(int code, const char *format, ...)
{
    char sentence[2000];
    va_list values;
    va_start(values, format);
    vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    for (char *letter = sentence; *letter != '\0'; letter++)
        if (iscntrl((unsigned char)*letter))
            *letter = '?';
    fprintf(stderr, "@name@: %s\n", sentence);
    exit(code);
}

/* Flushes the output; returns the exit code. */
static int finish(void)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        fail(BAD_DATA, "the output cannot be written: %s", strerror(errno));
    return 0;
}
