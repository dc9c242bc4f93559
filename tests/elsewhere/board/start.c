/* What a board with a Cortex-M4 does at its start, before main: its table of vectors, and the floating point unit on. */
extern void _start(void);
void start(void);

__attribute__((section(".vectors"), used)) const void *const vectors[] = {(void *)0x20400000, (void *)start};

void start(void)
{
    *(volatile unsigned *)0xE000ED88 |= 0xF << 20;
    __asm volatile("dsb; isb");
    _start();
}
