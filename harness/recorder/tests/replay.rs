// SPDX-License-Identifier: Apache-2.0
//! Recorded trades: what is sent has to be what the file says, at the times that it says.

mod common;

use std::io::Write;
use std::path::PathBuf;

use common::{Run, START_NS};
use tempfile::NamedTempFile;
use tickring_recorder::{Options, Recorder, Trades, tick_type_id};

const TRADES: u64 = 5;

/// The prepared file of docs/participants.md: trades of rising price and quantity, 10 us apart.
fn prepared() -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    let mut bytes = b"TICKTRAD\x01\0\0\0\0\0\0\0".to_vec();
    bytes.extend(TRADES.to_le_bytes());
    bytes.extend(((TRADES - 1) * 10_000).to_le_bytes());
    for trade in 0..TRADES {
        bytes.extend(b"SOLUSDT\0");
        bytes.extend((150.0 + trade as f64).to_le_bytes());
        bytes.extend((900 + trade as u32).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((trade * 10_000).to_le_bytes());
    }
    file.write_all(&bytes).unwrap();
    file
}

fn run(file: &NamedTempFile) -> Run {
    Run::new(|options| options.ticks = Some(file.path().into()))
}

#[test]
fn trades_as_they_are_in_the_file_are_whole_and_measured_from_their_times() {
    let file = prepared();
    let trades = Trades::open(file.path()).unwrap();
    let mut run = run(&file);
    for sequence in 0..TRADES {
        let stamp_ns = START_NS + sequence * 10_000 + 300;
        let message = trades.message(sequence, stamp_ns);
        run.recorder.tick(&message, tick_type_id(sequence), stamp_ns + 500, None);
    }
    let summary = run.summary();
    assert_eq!((&summary["messages_received"], &summary["torn"]), (&TRADES.into(), &0.into()));
    for (section, value_ns) in
        [("latency_ns", 500), ("schedule_delay_ns", 300), ("intended_latency_ns", 800)]
    {
        assert_eq!(
            (&summary[section]["min"], &summary[section]["max"]),
            (&value_ns.into(), &value_ns.into())
        );
    }
}

#[test]
fn another_value_another_type_and_a_number_beyond_the_file_are_torn() {
    let file = prepared();
    let trades = Trades::open(file.path()).unwrap();
    let mut run = run(&file);
    let mut price = trades.message(0, 9);
    price[9] ^= 1;
    run.recorder.tick(&price, 1, START_NS, None);
    run.recorder.tick(&trades.message(1, 9), 1, START_NS, None);
    run.recorder.tick(&trades.message(2, 9)[..31], 1, START_NS, None);
    let mut beyond = trades.message(3, 9);
    beyond[28] = TRADES as u8;
    run.recorder.tick(&beyond, 2, START_NS, None);
    let summary = run.summary();
    assert_eq!((&summary["torn"], &summary["messages_received"]), (&4.into(), &4.into()));
}

#[test]
fn a_trade_that_is_missing_is_lost_and_one_that_comes_twice_is_a_duplicate() {
    let file = prepared();
    let trades = Trades::open(file.path()).unwrap();
    let mut run = run(&file);
    for sequence in [0, 1, 1, 3, 4] {
        run.recorder.tick(&trades.message(sequence, 9), tick_type_id(sequence), START_NS, None);
    }
    let summary = run.summary();
    assert_eq!((&summary["lost"], &summary["duplicated"]), (&1.into(), &1.into()));
}

fn refusal(change: impl FnOnce(&mut Options)) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    let mut options = Options::new(folder.path());
    change(&mut options);
    Recorder::open(options).unwrap_err().to_string()
}

#[test]
fn trades_with_a_rate_with_mixed_contents_or_from_no_such_file_are_refused() {
    let file = prepared();
    let ticks = || Some(PathBuf::from(file.path()));
    let with_rate = refusal(|options| (options.ticks, options.rate_per_s) = (ticks(), 5));
    assert_eq!(with_rate, "rate_per_s (with ticks) is 5; allowed are 0 to 0");
    let mixed = refusal(|options| (options.ticks, options.mixed_payload_bytes) = (ticks(), 99));
    assert!(mixed.contains("mixed_payload_bytes (with ticks) is 99"));
    assert!(refusal(|options| options.ticks = Some("/none".into())).contains("/none"));
}
