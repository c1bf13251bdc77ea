// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"
#include "values.hpp"

#include <unistd.h>

namespace tickring {
namespace {

constexpr std::uint64_t kMaxMessages = 4'294'967'295; // the sequence number on the wire has 32 bits
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 31;
constexpr std::uint64_t kMaxRate = 1'000'000'000;
constexpr std::uint64_t kMaxDuration = 86'400'000'000'000;
constexpr std::uint64_t kMinSamples = 2048; // the recorder's least and most
constexpr std::uint64_t kMaxSamples = std::uint64_t{1} << 27;
constexpr std::uint64_t kMinSpeed = 1'000; // millionths
constexpr std::uint64_t kMaxSpeed = 1'000'000'000'000;

std::uint64_t page_bytes() { return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)); }

Field count(std::string_view key, std::string_view flag, std::uint64_t Scenario::*number,
            std::uint64_t min, std::uint64_t max, std::string_view help) {
    return {key, flag, help, Field::Kind::kCount, number, nullptr, min, max, {}};
}

Field name(std::string_view key, std::string_view flag, std::string Scenario::*word,
           std::string_view help) {
    return {key, flag, help, Field::Kind::kName, nullptr, word, 0, 0, {}};
}

Field text(std::string_view key, std::string_view flag, std::string Scenario::*word,
           std::string_view help) {
    return {key, flag, help, Field::Kind::kText, nullptr, word, 0, 0, {}};
}

Field choice(std::string_view key, std::string_view flag, std::string Scenario::*word,
             std::vector<std::string_view> choices, std::string_view help) {
    return {key, flag, help, Field::Kind::kChoice, nullptr, word, 0, 0, std::move(choices)};
}

std::vector<Field> make_fields() {
    using S = Scenario;
    return {
        choice("pattern", "--pattern", &S::pattern, {"one-way", "round-trip"},
               "whether the producer only sends, or answers the consumer"),
        name("transport", "--transport", &S::transport, "what carries the messages"),
        name("producer", "--producer", &S::producer, "language of the producer"),
        name("consumer", "--consumer", &S::consumer, "language of the consumer"),
        count("messages", "--messages", &S::messages, 1, kMaxMessages, "how many to send"),
        {"duration_s",
         "--duration-s",
         "stop sending after so many seconds",
         Field::Kind::kSeconds,
         &S::duration_ns,
         nullptr,
         1'000'000,
         kMaxDuration,
         {}},
        count("payload_bytes", "--payload-bytes", &S::payload_bytes, 32, kMaxSize,
              "size of each message"),
        {"capacity_bytes",
         "--capacity-bytes",
         "how much the transport buffers",
         Field::Kind::kPowerOfTwo,
         &S::capacity_bytes,
         nullptr,
         page_bytes(),
         kMaxSize,
         {}},
        count("publish_every", "--publish-every", &S::publish_every, 1, kMaxMessages,
              "messages made visible together"),
        count("flush_every", "--flush-every", &S::flush_every, 0, kMaxMessages,
              "the sender's own flush after so many messages; 0: none"),
        count("rate_per_s", "--rate", &S::rate_per_s, 1, kMaxRate,
              "messages per second by a fixed schedule (open loop); without it: flat out"),
        count("sample_capacity", "--sample-capacity", &S::sample_capacity, kMinSamples, kMaxSamples,
              "messages kept one by one at most; the histograms have all of them"),
        choice("wait", "--wait", &S::wait, {"spin", "hybrid", "park"}, "how the two sides wait"),
        choice("clock", "--clock", &S::clock, {"realtime", "monotonic"},
               "clock of stamps and receipts"),
        choice("stamp", "--stamp", &S::stamp, {"time_ns", "native", "none"},
               "who stamps each message: the producer, its library at the commit, or nobody"),
        choice("contents", "--contents", &S::contents, {"tick", "mixed"},
               "tick: all messages alike; mixed: of 32 bytes to the payload size, each with a "
               "checksum, all of it checked"),
        name("api", "--api", &S::api, "which interface of the transport to use"),
        text("ticks", "--ticks", &S::ticks, "send the recorded trades of a CSV or Parquet file"),
        text("ticks_columns", "--ticks-columns", &S::ticks_columns,
             "its columns, as price=px,timestamp=time:ms (units ns us ms s)"),
        {"speed",
         "--speed",
         "how much faster than they were recorded",
         Field::Kind::kFactor,
         &S::speed_millionths,
         nullptr,
         kMinSpeed,
         kMaxSpeed,
         {}},
    };
}

bool is_name(std::string_view text) {
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_allowed(const Field &field, std::string_view word) {
    if (field.kind == Field::Kind::kName) {
        return is_name(word);
    }
    if (field.kind == Field::Kind::kText) {
        return !word.empty();
    }
    for (const auto choice : field.choices) {
        if (choice == word) {
            return true;
        }
    }
    return false;
}

} // namespace

std::span<const Field> scenario_fields() {
    static const std::vector<Field> fields = make_fields();
    return fields;
}

std::string allowed_values(const Field &field) {
    switch (field.kind) {
    case Field::Kind::kCount:
        return allowed_count(field.min, field.max);
    case Field::Kind::kPowerOfTwo:
        return allowed_power_of_two(field.min, field.max);
    case Field::Kind::kSeconds:
        return allowed_seconds(field.min, field.max);
    case Field::Kind::kFactor:
        return allowed_factor(field.min, field.max);
    case Field::Kind::kName:
        return "a name of a-z, 0-9, _ and -";
    case Field::Kind::kText:
        return "some text";
    case Field::Kind::kChoice:
        break;
    }
    std::string text = "one of";
    for (const auto choice : field.choices) {
        text.append(" ").append(choice);
    }
    return text;
}

void assign(Scenario &scenario, const Field &field, std::string_view text, std::string_view where) {
    switch (field.kind) {
    case Field::Kind::kCount:
        scenario.*field.number = parse_count(where, text, field.min, field.max);
        return;
    case Field::Kind::kPowerOfTwo:
        scenario.*field.number = parse_power_of_two(where, text, field.min, field.max);
        return;
    case Field::Kind::kSeconds:
        scenario.*field.number = parse_seconds_ns(where, text, field.min, field.max);
        return;
    case Field::Kind::kFactor:
        scenario.*field.number = parse_factor_millionths(where, text, field.min, field.max);
        return;
    case Field::Kind::kName:
    case Field::Kind::kText:
    case Field::Kind::kChoice:
        break;
    }
    if (!is_allowed(field, text)) {
        refuse_value(where, text, allowed_values(field));
    }
    scenario.*field.word = text;
}

} // namespace tickring
