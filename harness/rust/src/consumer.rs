// SPDX-License-Identifier: Apache-2.0
use std::process::ExitCode;

use tickring_recorder::Recorder;

use crate::{Arguments, End, Session, Totals, Unable};

/// A consumer from its command line to its report. `connect` calls
/// [`say_listening`](crate::say_listening) when a producer may be started, and waits for it;
/// `consume` hands every message to the recorder until the stream ends.
pub fn run_consumer<T>(
    connect: impl FnOnce(&Arguments) -> Result<T, Unable>,
    consume: impl FnOnce(&T, &mut Recorder, &Arguments) -> End,
) -> ExitCode {
    let connect = |arguments: &Arguments| {
        arguments.refuse_instruments()?;
        connect(arguments)
    };
    run_traced_consumer(connect, consume, |_| Ok(()))
}

/// The same for a program that can be instrumented: `write_trace` is called after the end of the
/// stream.
pub fn run_traced_consumer<T>(
    connect: impl FnOnce(&Arguments) -> Result<T, Unable>,
    consume: impl FnOnce(&T, &mut Recorder, &Arguments) -> End,
    write_trace: impl FnOnce(&mut T) -> Result<(), End>,
) -> ExitCode {
    let consume = |transport: &mut T, recorder: &mut Recorder, arguments: &Arguments, _| {
        consume(transport, recorder, arguments)
    };
    match run_recording(connect, consume, write_trace) {
        Ok(()) => ExitCode::SUCCESS,
        Err(unable) => unable.exit(),
    }
}

/// The same with a transport that changes, and the start on the run's clock.
pub(crate) fn run_recording<T>(
    connect: impl FnOnce(&Arguments) -> Result<T, Unable>,
    consume: impl FnOnce(&mut T, &mut Recorder, &Arguments, u64) -> End,
    write_trace: impl FnOnce(&mut T) -> Result<(), End>,
) -> Result<(), Unable> {
    let arguments = Arguments::from_command_line()?;
    let mut recorder = Recorder::open((&arguments).into())?;
    let mut transport = connect(&arguments)?;
    let mut session = Session::ready()?;
    recorder.start(session.start_ns());
    let mut end = consume(&mut transport, &mut recorder, &arguments, session.start_ns());
    if end == End::Complete {
        recorder.end();
    }
    session.stop();
    if let Err(failure) = write_trace(&mut transport) {
        end = failure;
    }
    if let Err(error) = recorder.finish(end == End::Complete) {
        end = End::Error(error.to_string());
    }
    let totals = Totals {
        messages: recorder.received(),
        elapsed_ns: recorder.elapsed_ns(),
        backpressure_count: 0,
    };
    Ok(session.report(totals, end)?)
}
