//! Names of hosts, resolved for the connection that follows at once: what is checked here is what is
//! connected to, so a name that says something else a moment later gains nothing.

use super::address::is_global;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{net::SocketAddr, sync::Arc};

/// As the machine resolves.
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A name of an address that must not be called.
#[derive(Debug, thiserror::Error)]
#[error("a name of an address that is not public")]
pub(super) struct Refused;

/// Another resolver, of whose answers none may lie inside.
pub(super) struct Guard(pub(super) Arc<dyn Resolve>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let asked = self.0.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = asked.await?.collect();
            // One of them is enough: whoever mixes them means the one inside.
            if !found.iter().all(|at| is_global(at.ip())) {
                return Err(Refused.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
