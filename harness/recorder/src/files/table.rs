// SPDX-License-Identifier: Apache-2.0
//! latency.hgrm: the percentile table that HdrHistogram's plotters read.

use std::io::{self, Write};

use hdrhistogram::Histogram;

/// Rows per halving of the distance to 100 %.
const TICKS_PER_HALF_DISTANCE: u32 = 5;
/// What three significant digits need; the crate does not tell.
const SUB_BUCKETS: u32 = 2048;

pub(super) fn write(histogram: &Histogram<u64>, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:>12} {:>14} {:>10} {:>14}\n",
        "Value", "Percentile", "TotalCount", "1/(1-Percentile)"
    )?;
    let mut total = 0;
    for row in histogram.iter_quantiles(TICKS_PER_HALF_DISTANCE) {
        total += row.count_since_last_iteration();
        let (value, quantile) = (row.value_iterated_to() as f64, row.quantile_iterated_to());
        write!(out, "{value:12.3} {quantile:2.12} {total:10}")?;
        if quantile < 1.0 {
            write!(out, " {:14.2}", 1.0 / (1.0 - quantile))?;
        }
        writeln!(out)?;
    }
    let (mean, deviation) = (histogram.mean(), histogram.stdev());
    writeln!(out, "#[Mean    = {mean:12.3}, StdDeviation   = {deviation:12.3}]")?;
    let (max, count) = (histogram.max() as f64, histogram.len() as f64);
    writeln!(out, "#[Max     = {max:12.3}, TotalCount     = {count:12.3}]")?;
    let buckets = histogram.buckets();
    writeln!(out, "#[Buckets = {buckets:12}, SubBuckets     = {SUB_BUCKETS:12}]")
}
