/* SPDX-License-Identifier: Apache-2.0
 * Preloaded into a program, moves its CLOCK_REALTIME by the nanoseconds that the file named by
 * STEPPED_CLOCK holds at that moment. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* NOLINT(readability-identifier-naming): the C library's name */
#endif
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int (*real_gettime)(clockid_t, struct timespec *);
static int file = -1;

__attribute__((constructor)) static void open_file(void) {
    const char *path = getenv("STEPPED_CLOCK");
    *(void **)&real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    const int result = real_gettime(clock, time);
    int64_t step_ns = 0;
    if (result == 0 && clock == CLOCK_REALTIME &&
        pread(file, &step_ns, sizeof step_ns, 0) == sizeof step_ns) {
        const int64_t now_ns = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + step_ns;
        time->tv_sec = now_ns / 1000000000;
        time->tv_nsec = now_ns % 1000000000;
    }
    return result;
}
