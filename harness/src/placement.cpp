// SPDX-License-Identifier: Apache-2.0
#include "placement.hpp"

#include "error.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace tickring {
namespace {

using Pair = std::pair<const Cpu *, const Cpu *>;

// The order in which a pair is preferred when nothing was asked for.
int distance_rank(std::string_view relation) {
    static const std::vector<std::string_view> order = {
        "same-l2", "same-l3", "same-package", "cross-l3", "cross-package", "same-core", "same-cpu"};
    return static_cast<int>(std::find(order.begin(), order.end(), relation) - order.begin());
}

// The CPUs that one side may get: the one asked for, or all that are allowed.
std::vector<const Cpu *> candidates(const Topology &topology, const std::optional<unsigned> &asked,
                                    std::string_view flag, bool allow_unpinned) {
    std::vector<const Cpu *> found;
    for (const auto &cpu : topology.cpus) {
        if (asked ? cpu.index == *asked : cpu.allowed) {
            found.push_back(&cpu);
        }
    }
    if (asked && (found.empty() || (!found.front()->allowed && !allow_unpinned))) {
        throw Error(Exit::kUsage, flag, " '", *asked,
                    found.empty() ? "' does not exist" : "' is not allowed to this process",
                    "; give one of ", cpu_list(allowed_cpus(topology)));
    }
    return found;
}

bool pair_is_possible(const Pair &pair, const PlacementRequest &request) {
    const auto relation = relation_of(*pair.first, *pair.second);
    if (!request.relation.empty()) {
        return relation == request.relation;
    }
    return relation != "same-cpu" || !request.spins;
}

// CPU 0 serves most interrupts; what shares its core suffers too.
int interrupted_rank(const Cpu &cpu) {
    if (cpu.index == 0) {
        return 2;
    }
    return cpu.core == 0 ? 1 : 0;
}

// The smaller, the better: fast cores before near ones, then those with few interrupts.
auto preference(const Pair &pair) {
    const auto &[producer, consumer] = pair;
    return std::tuple(-std::min(producer->efficiency, consumer->efficiency),
                      distance_rank(relation_of(*producer, *consumer)), interrupted_rank(*producer),
                      interrupted_rank(*consumer), producer->index, consumer->index);
}

std::optional<Pair> best_pair(const std::vector<const Cpu *> &producers,
                              const std::vector<const Cpu *> &consumers,
                              const PlacementRequest &request) {
    std::optional<Pair> best;
    for (const auto *producer : producers) {
        for (const auto *consumer : consumers) {
            const Pair pair{producer, consumer};
            if (pair_is_possible(pair, request) &&
                (!best || preference(pair) < preference(*best))) {
                best = pair;
            }
        }
    }
    return best;
}

std::string relations_among(const std::vector<const Cpu *> &producers,
                            const std::vector<const Cpu *> &consumers) {
    std::set<std::string_view> found;
    for (const auto *producer : producers) {
        for (const auto *consumer : consumers) {
            if (producer != consumer) {
                found.insert(relation_of(*producer, *consumer));
            }
        }
    }
    std::string text;
    for (const auto name : found) {
        text.append(text.empty() ? "" : " ").append(name);
    }
    return text.empty() ? "no pair of CPUs" : text;
}

} // namespace

std::vector<unsigned> cpus_of(const Placement &placement) {
    std::vector<unsigned> cpus;
    for (const auto &cpu : {placement.producer_cpu, placement.consumer_cpu}) {
        if (cpu && (cpus.empty() || cpus.front() != *cpu)) {
            cpus.push_back(*cpu);
        }
    }
    return cpus;
}

const std::vector<std::string_view> &placement_names() {
    static const std::vector<std::string_view> names = {"same-core", "same-l2", "same-l3",
                                                        "cross-l3", "cross-package"};
    return names;
}

std::string_view relation_of(const Cpu &a, const Cpu &b) {
    if (a.index == b.index) {
        return "same-cpu";
    }
    if (a.core == b.core && a.package == b.package) {
        return "same-core";
    }
    if (a.l2 && a.l2 == b.l2) {
        return "same-l2";
    }
    if (a.l3 && a.l3 == b.l3) {
        return "same-l3";
    }
    if (a.package != b.package) {
        return "cross-package";
    }
    return a.l3 && b.l3 ? "cross-l3" : "same-package";
}

Placement place(const Topology &topology, const PlacementRequest &request) {
    const auto producers =
        candidates(topology, request.producer_cpu, "--producer-cpu", request.allow_unpinned);
    const auto consumers =
        candidates(topology, request.consumer_cpu, "--consumer-cpu", request.allow_unpinned);
    if (const auto pair = best_pair(producers, consumers, request)) {
        return {pair->first->index, pair->second->index,
                std::string(relation_of(*pair->first, *pair->second))};
    }
    if (!request.relation.empty()) {
        throw Error(
            Exit::kUsage, "--placement '", request.relation,
            "' fits no pair of CPUs here; there is: ", relations_among(producers, consumers));
    }
    if (request.allow_unpinned) {
        return {std::nullopt, std::nullopt, "unpinned"};
    }
    throw Error(Exit::kUsage, "--wait 'spin' needs a CPU for each side and there is one (allowed: ",
                cpu_list(allowed_cpus(topology)),
                "); give two different CPUs, --wait park or --allow-unpinned");
}

} // namespace tickring
