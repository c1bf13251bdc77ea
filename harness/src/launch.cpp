// SPDX-License-Identifier: Apache-2.0
#include "launch.hpp"

#include "instrument_cost.hpp"

namespace tickring {

Launch launch_of(const RunPlan &plan, Role role) {
    const auto &scenario = plan.scenario;
    const auto &program = role == Role::kConsumer ? plan.consumer : plan.producer;
    Launch launch;
    launch.cpu =
        role == Role::kConsumer ? plan.placement.consumer_cpu : plan.placement.producer_cpu;
    launch.pin_required = !plan.allow_unpinned;
    if (program.python) {
        launch.argv.push_back(plan.python.string());
    }
    launch.argv.push_back(program.file.string());
    const auto add = [&](const char *key, const auto &value) {
        launch.argv.emplace_back(key);
        launch.argv.push_back(concat(value));
    };
    add("--role", name_of(role));
    add("--pattern", scenario.pattern);
    add("--endpoint", plan.endpoint);
    add("--messages", scenario.messages);
    // A limit in time has made the prepared trades fewer.
    add("--duration-ns", plan.replay ? 0 : scenario.duration_ns);
    add("--payload-bytes", scenario.payload_bytes);
    add("--capacity-bytes", scenario.capacity_bytes);
    add("--publish-every", scenario.publish_every);
    add("--flush-every", scenario.flush_every);
    add("--rate-per-s", scenario.rate_per_s);
    add("--sample-capacity", scenario.sample_capacity);
    add("--wait", scenario.wait);
    add("--clock", scenario.clock);
    add("--stamp", scenario.stamp);
    add("--contents", plan.replay ? "replay" : scenario.contents);
    if (plan.replay) {
        add("--ticks", plan.replay->prepared.string());
    }
    add("--api", scenario.api);
    add("--instrument", !scenario.instrumented ? 0 : scenario.alternates ? kStretchMessages : 1);
    if (role == Role::kConsumer || scenario.instrumented) {
        add("--record", plan.record.string());
    }
    add("--timeout-ns", plan.timeout_ns);
    return launch;
}

} // namespace tickring
