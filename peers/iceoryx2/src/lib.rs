// SPDX-License-Identifier: Apache-2.0
//! What both ends of an iceoryx2 service share.

mod round_trip;

use std::path::Path;

use iceoryx2::prelude::*;
use iceoryx2::service::builder::publish_subscribe::Builder;
use iceoryx2::service::port_factory::publish_subscribe::PortFactory;
use tickring_participant::{Arguments, Unable, require_ticks};

pub use round_trip::{Receiving, Sending};

/// The message. The fields of the workload are not aligned as C would have them.
#[derive(Clone, Copy, Debug, ZeroCopySend)]
#[type_name("MarketTick")]
#[repr(C)]
pub struct MarketTick {
    /// The fields, as they are on the wire.
    pub bytes: [u8; 32],
}

/// A service of the run, with as much room as the capacity says and nothing overwritten.
pub type Service = PortFactory<ipc::Service, MarketTick, ()>;

/// Opens the service, or makes it.
pub fn open(
    endpoint: &Path,
    arguments: &Arguments,
) -> Result<(Node<ipc::Service>, Service), Unable> {
    require_ticks(arguments)?;
    let (asked, own) = (arguments.payload_bytes, size_of::<MarketTick>() as u64);
    if asked != own {
        return Err(Unable::asked_wrongly(format!(
            "--payload-bytes is {asked}; this service has messages of {own}"
        )));
    }
    set_log_level(LogLevel::Error);
    let node = NodeBuilder::new()
        .signal_handling_mode(SignalHandlingMode::Disabled)
        .create::<ipc::Service>()
        .map_err(Unable::broken)?;
    let name = endpoint.to_string_lossy();
    let name = ServiceName::new(&name).map_err(Unable::asked_wrongly)?;
    let service = lossless(&node, &name, arguments).open_or_create().map_err(Unable::broken)?;
    Ok((node, service))
}

fn lossless(
    node: &Node<ipc::Service>,
    name: &ServiceName,
    arguments: &Arguments,
) -> Builder<MarketTick, (), ipc::Service> {
    node.service_builder(name)
        .publish_subscribe::<MarketTick>()
        .max_publishers(1)
        .max_subscribers(1)
        .enable_safe_overflow(false)
        .subscriber_max_buffer_size(arguments.capacity_bytes as usize / size_of::<MarketTick>())
}
