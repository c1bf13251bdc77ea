// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"

#include <cmath>

namespace tickring {

std::string to_text(const Json &json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void put_null(Json &section, const std::string &key, const std::string &reason) {
    section[key] = nullptr;
    section[key + "_reason"] = reason;
}

void put(Json &section, const std::string &key, double value) {
    if (std::isfinite(value)) {
        section[key] = value;
    } else {
        put_null(section, key, "the value is not finite");
    }
}

void put(Json &section, const std::string &key, const Measured &value) {
    if (value.value) {
        put(section, key, *value.value);
    } else {
        put_null(section, key, value.reason);
    }
}

} // namespace tickring
