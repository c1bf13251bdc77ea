// SPDX-License-Identifier: Apache-2.0
//! The files of a finished run.

mod log;
mod summary;
mod table;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use hdrhistogram::Histogram;

use crate::intervals::{IntervalHistogram, histogram};
use crate::samples::Samples;
use crate::{Error, Recorder};

type Output<'a> = &'a mut BufWriter<File>;

/// The histograms of the whole run; empty where the run has none.
struct Whole {
    latency: Histogram<u64>,
    intended: Histogram<u64>,
    schedule_delay: Histogram<u64>,
}

/// Writes every file, also when one of them fails; the first failure is the answer.
pub(crate) fn write_all(recorder: &Recorder, complete: bool) -> Result<(), Error> {
    let intervals = &recorder.latencies.intervals;
    let whole = Whole {
        latency: merged(intervals.iter().filter_map(|one| one.latency.as_ref()))?,
        intended: merged(intervals.iter().filter_map(|one| one.intended.as_ref()))?,
        schedule_delay: merged(intervals.iter().filter_map(|one| one.schedule_delay.as_ref()))?,
    };
    let directory = &recorder.options.directory;
    let written = [
        write(directory, "latency.hlog", |out| log::write(recorder, out)),
        write(directory, "latency.hgrm", |out| table::write(&whole.latency, out)),
        write(directory, "samples.bin", |out| write_samples(&recorder.samples, out)),
        write(directory, "recorder.json", |out| summary::write(recorder, &whole, complete, out)),
    ];
    written.into_iter().collect()
}

/// Writes under another name first: who sees `name` sees all of it.
fn write(
    directory: &Path,
    name: &str,
    content: impl FnOnce(Output) -> io::Result<()>,
) -> Result<(), Error> {
    let partial = directory.join(format!(".{name}.partial"));
    let written = File::create(&partial).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        content(&mut out)?;
        out.flush()?;
        fs::rename(&partial, directory.join(name))
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&partial);
        Error::io(format_args!("cannot write {}", directory.join(name).display()), &error)
    })
}

/// One histogram of the whole run from those of its intervals.
fn merged<'a>(parts: impl Iterator<Item = &'a IntervalHistogram>) -> Result<Histogram<u64>, Error> {
    let mut whole = histogram()?;
    for step in parts.flat_map(IntervalHistogram::iter_recorded) {
        whole.saturating_record_n(step.value_iterated_to(), u64::from(step.count_at_value()));
    }
    Ok(whole)
}

fn write_samples(samples: &Samples, out: Output) -> io::Result<()> {
    for sample in samples.blocks().into_iter().flatten() {
        out.write_all(&sample.to_bytes())?;
    }
    Ok(())
}
