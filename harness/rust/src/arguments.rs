// SPDX-License-Identifier: Apache-2.0
use std::path::PathBuf;

use tickring_recorder::{Clock, Options};

use crate::pairs::{ArgumentError, Pairs};

/// Which end the harness wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sends.
    Producer,
    /// Receives and records.
    Consumer,
}

/// How blocking calls are to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitPolicy {
    /// Polls, never sleeps.
    Spin,
    /// Polls for a while, then sleeps.
    Hybrid,
    /// Sleeps at once.
    Park,
}

/// The command line. The names are those of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Arguments {
    pub role: Role,
    pub endpoint: PathBuf,
    pub messages: u64,
    pub duration_ns: u64,
    pub payload_bytes: u64,
    pub capacity_bytes: u64,
    pub publish_every: u32,
    pub flush_every: u64,
    pub rate_per_s: u64,
    /// Messages that the recorder keeps one by one at most; 0: as many as it does by itself.
    pub sample_capacity: u64,
    pub wait: WaitPolicy,
    pub clock: Clock,
    pub stamped: bool,
    pub mixed: bool,
    /// 0: not; 1: each message; else every other stretch of so many.
    pub instrument: u64,
    /// The prepared file of the trades to send; None: the workload.
    pub ticks: Option<PathBuf>,
    pub api: String,
    /// Where the recorder's files and traces go; a producer without instruments has none.
    pub record: Option<PathBuf>,
    pub timeout_ns: u64,
}

/// What `run` needs to say about itself for the recorder.
impl From<&Arguments> for Options {
    fn from(arguments: &Arguments) -> Self {
        Self {
            clock: arguments.clock,
            stamped: arguments.stamped,
            mixed_payload_bytes: arguments.mixed_payload_bytes(),
            publish_every: arguments.publish_every,
            expected_messages: arguments.messages,
            sample_capacity: arguments.sample_capacity,
            rate_per_s: arguments.rate_per_s,
            ticks: arguments.ticks.clone(),
            ..Self::new(arguments.record.clone().unwrap_or_default())
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Contents {
    Tick,
    Mixed,
    Replay,
}

const CONTENTS: [(&str, Contents); 3] =
    [("tick", Contents::Tick), ("mixed", Contents::Mixed), ("replay", Contents::Replay)];
const STAMPS: [(&str, bool); 3] = [("time_ns", true), ("native", true), ("none", false)];
const OWN_STAMPS: [(&str, bool); 2] = [("time_ns", true), ("none", false)];

impl Arguments {
    /// As the recorder wants it, which refuses what no message can have.
    fn mixed_payload_bytes(&self) -> u32 {
        if self.mixed { u32::try_from(self.payload_bytes).unwrap_or(u32::MAX) } else { 0 }
    }

    /// Refuses an `--api` that the program does not have.
    ///
    /// # Errors
    /// It is none of `apis`.
    pub fn require_api(&self, apis: &[&str]) -> Result<(), ArgumentError> {
        if apis.contains(&self.api.as_str()) {
            return Ok(());
        }
        let known = apis.join(", ");
        Err(ArgumentError(format!("--api is `{}`; this program has {known}", self.api)))
    }

    /// Refuses an instrumented run: for programs without instruments.
    ///
    /// # Errors
    /// `--instrument` is not 0.
    pub fn refuse_instruments(&self) -> Result<(), ArgumentError> {
        if self.instrument != 0 {
            let text =
                format!("--instrument is {}; this program has no instruments", self.instrument);
            return Err(ArgumentError(text));
        }
        Ok(())
    }

    /// Refuses to send recorded trades, for programs that cannot.
    ///
    /// # Errors
    /// `--contents` is `replay`.
    pub fn refuse_trades(&self) -> Result<(), ArgumentError> {
        if self.ticks.is_some() {
            return Err(ArgumentError(
                "--contents is `replay`; this program has tick, mixed".into(),
            ));
        }
        Ok(())
    }

    /// The arguments of this process.
    ///
    /// # Errors
    /// A key is missing, twice there or has a value that it cannot have.
    pub fn from_command_line() -> Result<Self, ArgumentError> {
        Self::parse(std::env::args().skip(1))
    }

    /// Reads `--key value` pairs in any order; keys that nobody knows are left alone.
    ///
    /// # Errors
    /// A key is missing, twice there or has a value that it cannot have.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, ArgumentError> {
        let pairs = Pairs::read(arguments)?;
        let role =
            pairs.choice("role", &[("producer", Role::Producer), ("consumer", Role::Consumer)])?;
        let number_or_0 = |key| match pairs.is_given(key) {
            false => Ok(0),
            true => pairs.number(key, 0),
        };
        let instrument = number_or_0("instrument")?;
        let contents = pairs.choice("contents", &CONTENTS)?;
        let record = match role {
            Role::Producer if instrument == 0 => None,
            _ => Some(pairs.text("record")?.into()),
        };
        Ok(Self {
            role,
            endpoint: pairs.text("endpoint")?.into(),
            messages: pairs.number("messages", 0)?,
            duration_ns: pairs.number("duration-ns", 0)?,
            payload_bytes: pairs.number("payload-bytes", 32)?,
            capacity_bytes: pairs.number("capacity-bytes", 1)?,
            publish_every: pairs.number("publish-every", 1)?,
            flush_every: pairs.number("flush-every", 0)?,
            rate_per_s: pairs.number("rate-per-s", 0)?,
            sample_capacity: number_or_0("sample-capacity")?,
            wait: pairs.choice(
                "wait",
                &[
                    ("spin", WaitPolicy::Spin),
                    ("hybrid", WaitPolicy::Hybrid),
                    ("park", WaitPolicy::Park),
                ],
            )?,
            clock: pairs.choice(
                "clock",
                &[("realtime", Clock::Realtime), ("monotonic", Clock::Monotonic)],
            )?,
            stamped: match role {
                // A program in Rust stamps by itself; what a library can, a consumer only learns.
                Role::Producer => pairs.choice("stamp", &OWN_STAMPS)?,
                Role::Consumer => pairs.choice("stamp", &STAMPS)?,
            },
            instrument,
            mixed: contents == Contents::Mixed,
            ticks: match contents {
                Contents::Replay => Some(pairs.text("ticks")?.into()),
                _ => None,
            },
            api: pairs.text("api")?.to_owned(),
            record,
            timeout_ns: pairs.number("timeout-ns", 1)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "--role consumer --endpoint /r/bus --messages 500000 --duration-ns 0 \
        --payload-bytes 32 --capacity-bytes 1048576 --publish-every 32 --flush-every 64 \
        --rate-per-s 0 --wait spin --clock realtime --stamp time_ns \
        --contents tick --api reference \
        --record /r/out --timeout-ns 5000000000";

    fn parse(line: &str) -> Result<Arguments, ArgumentError> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    fn refusal(from: &str, to: &str) -> String {
        parse(&GOOD.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn the_whole_command_line_is_read() {
        let arguments = parse(GOOD).unwrap();
        assert_eq!((arguments.role, arguments.wait), (Role::Consumer, WaitPolicy::Spin));
        assert_eq!((arguments.messages, arguments.publish_every), (500_000, 32));
        assert_eq!(arguments.record.as_deref(), Some("/r/out".as_ref()));
        assert!(arguments.stamped);
    }

    #[test]
    fn an_unknown_key_is_left_alone() {
        assert_eq!(parse(&format!("{GOOD} --colour red")), parse(GOOD));
    }

    #[test]
    fn a_producer_needs_no_record() {
        let line = GOOD.replace("consumer", "producer").replace("--record /r/out", "");
        assert_eq!(parse(&line).unwrap().record, None);
    }

    #[test]
    fn an_instrumented_producer_is_told_where_its_trace_goes() {
        let line = GOOD.replace("consumer", "producer") + " --instrument 1";
        let arguments = parse(&line).unwrap();
        assert!(arguments.instrument == 1 && arguments.record.is_some());
        assert!(refusal("--record /r/out", "--instrument 1").contains("--record is missing"));
        assert!(arguments.refuse_instruments().is_err());
        assert_eq!(parse(&format!("{GOOD} --instrument 0")).unwrap().instrument, 0);
        let alternating = parse(&format!("{GOOD} --instrument 1024")).unwrap();
        assert_eq!(alternating.instrument, 1024);
        let words = alternating.refuse_instruments().unwrap_err().to_string();
        assert!(words.contains("--instrument is 1024"), "{words}");
    }

    #[test]
    fn how_many_samples_are_kept_is_left_to_the_recorder_where_it_is_not_said() {
        assert_eq!(Options::from(&parse(GOOD).unwrap()).sample_capacity, 0);
        let line = format!("{GOOD} --sample-capacity 4096");
        assert_eq!(Options::from(&parse(&line).unwrap()).sample_capacity, 4096);
        let words = parse(&format!("{GOOD} --sample-capacity few")).unwrap_err().to_string();
        assert!(words.contains("--sample-capacity is `few`"), "{words}");
    }

    #[test]
    fn a_missing_key_is_named() {
        assert!(refusal("--record /r/out", "").contains("--record is missing"));
    }

    #[test]
    fn a_number_out_of_range_is_named_with_its_value_and_what_is_allowed() {
        assert_eq!(
            refusal("--publish-every 32", "--publish-every 0"),
            "--publish-every is `0`; a whole number from 1 is needed"
        );
        assert!(refusal("--messages 500000", "--messages -1").contains("`-1`"));
    }

    #[test]
    fn a_wrong_choice_is_named_with_the_right_ones() {
        assert_eq!(
            refusal("--wait spin", "--wait nap"),
            "--wait is `nap`; one of spin, hybrid, park is needed"
        );
        assert_eq!(
            refusal("--contents tick", "--contents odd"),
            "--contents is `odd`; one of tick, mixed, replay is needed"
        );
    }

    #[test]
    fn recorded_trades_come_with_their_file() {
        let line = GOOD.replace("--contents tick", "--contents replay --ticks /r/ticks.bin");
        assert_eq!(parse(&line).unwrap().ticks.as_deref(), Some("/r/ticks.bin".as_ref()));
        assert_eq!(parse(&format!("{GOOD} --ticks /r/ticks.bin")).unwrap().ticks, None);
        assert!(parse(&line).unwrap().refuse_trades().is_err());
        assert!(refusal("--contents tick", "--contents replay").contains("--ticks is missing"));
    }

    #[test]
    fn an_api_that_the_program_lacks_is_named_with_those_it_has() {
        let arguments = parse(GOOD).unwrap();
        assert_eq!(arguments.require_api(&["batch", "reference"]), Ok(()));
        assert_eq!(
            arguments.require_api(&["batch", "sender"]).unwrap_err().to_string(),
            "--api is `reference`; this program has batch, sender"
        );
    }

    #[test]
    fn a_stamp_of_a_library_is_for_consumers_only() {
        let native = GOOD.replace("--stamp time_ns", "--stamp native");
        assert!(parse(&native).unwrap().stamped);
        let producer = native.replace("--role consumer", "--role producer");
        assert_eq!(
            parse(&producer).unwrap_err().to_string(),
            "--stamp is `native`; one of time_ns, none is needed"
        );
    }

    #[test]
    fn a_key_without_value_or_given_twice_is_refused() {
        assert!(parse("--role").unwrap_err().to_string().contains("has no value"));
        assert!(refusal("--api", "--role consumer --api").contains("twice"));
        assert!(parse("role").unwrap_err().to_string().contains("not a key"));
    }
}
