/* SPDX-License-Identifier: Apache-2.0
 * hot_path.h: after the handshake an end of a bus needs hardly any system call. This filter allows
 * those, and what a program needs to end; anything else is the end of the process.
 *
 * An example to start from: a program adds what it does itself. The filter stays for good. */
#ifndef TICKRING_EXAMPLES_HOT_PATH_H
#define TICKRING_EXAMPLES_HOT_PATH_H

#include <stddef.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define HOT_PATH_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define HOT_PATH_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define HOT_PATH_ALLOW(call)                                                                       \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Returns 0, or -1 with errno. To be called once the bus is set up, by the thread that uses it. */
static inline int allow_the_hot_path_only(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HOT_PATH_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        HOT_PATH_ALLOW(SYS_futex), /* to sleep and to wake */
#ifndef HOT_PATH_WITHOUT_RESTART
        /* Into it the kernel turns a sleep that a SIGSTOP, or a debugger, interrupted. */
        HOT_PATH_ALLOW(SYS_restart_syscall),
#endif
#ifdef SYS_poll
        HOT_PATH_ALLOW(SYS_poll), /* whether the peer is there */
#endif
        HOT_PATH_ALLOW(SYS_ppoll),
        HOT_PATH_ALLOW(SYS_sched_yield),   /* while spinning */
        HOT_PATH_ALLOW(SYS_clock_gettime), /* where the kernel maps no clock */
        HOT_PATH_ALLOW(SYS_munmap),        /* to close the bus */
        HOT_PATH_ALLOW(SYS_close),
        HOT_PATH_ALLOW(SYS_write), /* for the program's own words */
        HOT_PATH_ALLOW(SYS_rt_sigreturn),
        HOT_PATH_ALLOW(SYS_rt_sigprocmask), /* this and the next four: abort() */
        HOT_PATH_ALLOW(SYS_rt_sigaction),
        HOT_PATH_ALLOW(SYS_getpid),
        HOT_PATH_ALLOW(SYS_gettid),
        HOT_PATH_ALLOW(SYS_tgkill),
        HOT_PATH_ALLOW(SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    const struct sock_fprog program = {
        .len = (unsigned short)(sizeof filter / sizeof filter[0]),
        .filter = filter,
    };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return -1;
    }
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#endif
