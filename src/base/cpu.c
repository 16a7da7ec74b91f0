/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "base/cpu.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static const char *const level_names[] = {"scalar", "sse2", "avx2", "avx512", "neon"};

static vv__cpu_level best, in_force;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static vv__cpu_level detect_best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return VV__CPU_AVX512;
    return avx2 ? VV__CPU_AVX2 : VV__CPU_SSE2;
#elif defined(__aarch64__)
    return VV__CPU_NEON;
#else
    return VV__CPU_SCALAR;
#endif
}

static void init(void)
{
    best = in_force = detect_best();
    const char *wish = getenv("VISAVIS_CPU");
    if (!wish || !*wish) return;
    for (int level = 0; level <= VV__CPU_NEON; level++) {
        if (strcmp(wish, level_names[level]) != 0) continue;
        if (vv__cpu_has((vv__cpu_level)level))
            in_force = (vv__cpu_level)level;
        else
            vv__log(VV_LOG_WARNING, "VISAVIS_CPU=%s: this machine cannot; using %s", wish,
                    level_names[best]);
        return;
    }
    vv__log(VV_LOG_WARNING, "VISAVIS_CPU=%s: not one of scalar, sse2, avx2, avx512, neon; using %s",
            wish, level_names[best]);
}

vv__cpu_level vv__cpu(void)
{
    pthread_once(&once, init);
    return in_force;
}

vv__cpu_level vv__cpu_best(void)
{
    pthread_once(&once, init);
    return best;
}

int vv__cpu_has(vv__cpu_level level)
{
    const vv__cpu_level machine = detect_best();
    if (level == VV__CPU_SCALAR || level == machine) return 1;
    return machine != VV__CPU_NEON && level != VV__CPU_NEON && level < machine;
}

const char *vv__cpu_level_name(vv__cpu_level level)
{
    return level_names[level];
}

int vv__cpu_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    const int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}
