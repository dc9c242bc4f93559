#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace glasscell {
namespace {

constexpr int POLLS = 200; /* some tens of microseconds, the time from a forward to its backward */
constexpr int IDLE_SECONDS = 1;

struct Job {
  Work work;
  void *context;
  int64_t count, next;
  int slots, slots_taken, helpers; /* under the lock */
  Job *later;
};

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t work_came = PTHREAD_COND_INITIALIZER, helper_left = PTHREAD_COND_INITIALIZER;
Job *jobs;        /* those that want helpers */
int workers, idle;
int64_t came;     /* how many jobs ever came: polled without the lock */

/* Wait a moment, and let a thread that has something to do have the core. */
void breathe() {
  for (int i = 0; i < 4; i++) {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
  }
  sched_yield();
}

/* TensorFlow's threads take denormal numbers for zero, ordinary ones do not: all of ours must do the same. */
class FlushDenormals {
#if defined(__x86_64__)
 public:
  FlushDenormals() : before(_mm_getcsr()) { _mm_setcsr(before | 0x8040); }
  ~FlushDenormals() { _mm_setcsr(before); }

 private:
  unsigned before;
#elif defined(__aarch64__)
 public:
  FlushDenormals() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | (1u << 24)));
  }
  ~FlushDenormals() { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }

 private:
  uint64_t before;
#else
 public:
  FlushDenormals() {}
#endif
};

void work_on(Job &job, int slot) {
  FlushDenormals flush;
  for (;;) {
    int64_t index = __atomic_fetch_add(&job.next, 1, __ATOMIC_RELAXED);
    if (index >= job.count) return;
    job.work(job.context, index, slot);
  }
}

/* The first job that has room for a helper. */
Job *job_to_help() {
  for (Job *job = jobs; job; job = job->later)
    if (job->slots_taken < job->slots && __atomic_load_n(&job->next, __ATOMIC_RELAXED) < job->count) return job;
  return nullptr;
}

void *worker(void *) {
  pthread_mutex_lock(&lock);
  for (;;) {
    if (Job *job = job_to_help()) {
      int slot = job->slots_taken++;
      __atomic_add_fetch(&job->helpers, 1, __ATOMIC_RELAXED);
      pthread_mutex_unlock(&lock);
      work_on(*job, slot);
      pthread_mutex_lock(&lock);
      /* Its owner waits until this is 0, and only then gives the job's memory back. */
      if (__atomic_sub_fetch(&job->helpers, 1, __ATOMIC_RELEASE) == 0) pthread_cond_broadcast(&helper_left);
      continue;
    }
    int64_t before = came;
    pthread_mutex_unlock(&lock);
    for (int poll = 0; poll < POLLS && __atomic_load_n(&came, __ATOMIC_RELAXED) == before; poll++) breathe();
    pthread_mutex_lock(&lock);
    if (came != before) continue;
    timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += IDLE_SECONDS;
    idle++;
    int late = 0;
    while (came == before && !late) late = pthread_cond_timedwait(&work_came, &lock, &until);
    idle--;
    if (came == before) break;
  }
  workers--;
  pthread_mutex_unlock(&lock);
  return nullptr;
}

void start_worker() {
  pthread_attr_t detached;
  pthread_t thread;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  if (pthread_create(&thread, &detached, worker, nullptr) == 0) workers++;
  pthread_attr_destroy(&detached);
}

/* A forked child has one thread, and must not wait for the others of its parent. */
void forget_threads() {
  lock = PTHREAD_MUTEX_INITIALIZER;
  work_came = helper_left = PTHREAD_COND_INITIALIZER;
  jobs = nullptr;
  workers = idle = 0;
}

__attribute__((constructor)) void watch_forks() { pthread_atfork(nullptr, nullptr, forget_threads); }

} /* namespace */

void deal_out(int threads, int64_t count, Work work, void *context) {
  Job job = {work, context, count, 0, threads, 1, 0, nullptr};
  if (threads > 1 && count > 1) {
    pthread_mutex_lock(&lock);
    job.later = jobs;
    jobs = &job;
    __atomic_add_fetch(&came, 1, __ATOMIC_RELAXED);
    int helpers = int((count < threads ? count : threads) - 1);
    while (workers < helpers) {
      int before = workers;
      start_worker();
      if (workers == before) break;
    }
    if (idle) pthread_cond_broadcast(&work_came);
    pthread_mutex_unlock(&lock);
  }
  work_on(job, 0);
  if (threads > 1 && count > 1) {
    for (int poll = 0; poll < POLLS && __atomic_load_n(&job.helpers, __ATOMIC_ACQUIRE); poll++) breathe();
    pthread_mutex_lock(&lock);
    Job **place = &jobs;
    while (*place != &job) place = &(*place)->later;
    *place = job.later;
    while (job.helpers) pthread_cond_wait(&helper_left, &lock);
    pthread_mutex_unlock(&lock);
  }
}

} /* namespace glasscell */
