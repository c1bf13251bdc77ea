// SPDX-License-Identifier: Apache-2.0
#include "quantity.hpp"

#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace tickring {
namespace {

struct Scale {
    double factor;
    const char *suffix;
    int digits;
};

Scale scale_for(double value, std::string_view unit) {
    const double size = std::abs(value);
    if (unit == "ns") {
        return size >= 1e9   ? Scale{1e9, " s", 2}
               : size >= 1e6 ? Scale{1e6, " ms", 1}
               : size >= 1e3 ? Scale{1e3, " us", 1}
                             : Scale{1, " ns", 0};
    }
    if (unit == "msg/s") {
        return size >= 1e6   ? Scale{1e6, "M/s", 3}
               : size >= 1e3 ? Scale{1e3, "k/s", 1}
                             : Scale{1, "/s", 0};
    }
    if (unit == "share") {
        return {0.01, " %", size >= 0.1 || size == 0 ? 0 : 1};
    }
    return {1, "", 3};
}

std::string number(double value, const Scale &scale) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(scale.digits) << value / scale.factor;
    return out.str();
}

} // namespace

std::string human(double value, std::string_view unit) {
    const auto scale = scale_for(value, unit);
    const bool known = unit == "ns" || unit == "msg/s" || unit == "share";
    return number(value, scale) + (known ? scale.suffix : " " + std::string(unit));
}

std::string human_range(double low, double high, std::string_view unit) {
    if (low == high) {
        return human(low, unit);
    }
    return number(low, scale_for(high, unit)) + " - " + human(high, unit);
}

std::string human_percent(double fraction) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << fraction * 100 << " %";
    return out.str();
}

} // namespace tickring
