/* Work dealt out to a few threads. */

#pragma once
#include <cstdint>

namespace glasscell {

typedef void (*Work)(void *context, int64_t index, int slot);

/* Call work(context, index, slot) once for each index below `count`, on at most `threads` threads, the caller's
   among them, and return when all is done. No two calls with one slot (below `threads`) run at the same time.

   The other threads are shared by all callers. They sleep when there is nothing to do, and end after a second of
   that. If none can be started the caller does everything. */
void deal_out(int threads, int64_t count, Work work, void *context);

template <class F> void parallel(int threads, int64_t count, F f) {
  deal_out(threads, count, [](void *context, int64_t index, int slot) { (*(F *)context)(index, slot); }, &f);
}

} /* namespace glasscell */
