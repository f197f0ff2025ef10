//! Which address leads where. [`api`] is the whole API, and the document is made of it; [`Table`]
//! answers which methods an address knows, and which template it has.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    dev::HttpServiceFactory,
    http::{Method, header::ALLOW},
    web,
};
use domain::{
    access::{Act, act_of},
    refusal::Code,
};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::OpenApiFactory;

use crate::{
    http,
    openapi::{self, operations},
    problem::{Draft, Failure},
    spa::Spa,
};

/// Under which all of them stand.
const ROOT: &str = "/api/v1";

/// What the routes are told to: a worker of the server, which answers them, or the document, which describes
/// them. A worker that described them as well would take tens of MiB for what nobody reads.
pub enum Routes<'a> {
    /// Answers.
    Worker(&'a mut web::ServiceConfig),
    /// Describes.
    Document(&'a mut OpenApi),
}

impl Routes<'_> {
    /// Adds one route.
    pub fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, route: F) -> &mut Self {
        match self {
            Self::Worker(worker) => _ = worker.service(route),
            Self::Document(document) => {
                let mut paths = route.paths();
                paths.paths =
                    paths.paths.into_iter().map(|(path, item)| (format!("{ROOT}{path}"), item)).collect();
                document.paths.merge(paths);
                let mut schemas = Vec::new();
                route.schemas(&mut schemas);
                document.components.get_or_insert_default().schemas.extend(schemas);
            }
        }
        self
    }

    fn configure(&mut self, of_noun: fn(&mut Routes<'_>)) -> &mut Self {
        of_noun(self);
        self
    }
}

/// Mounts the whole API on a worker.
pub fn mount(worker: &mut web::ServiceConfig) {
    worker.service(web::scope(ROOT).configure(|worker| api(&mut Routes::Worker(worker))));
}

/// Every noun's routes. A new noun is one line here.
pub fn api(routes: &mut Routes<'_>) {
    routes
        .configure(http::wish_read::routes)
        .configure(http::wish::routes)
        .configure(http::publication::routes)
        .configure(http::likeness::routes)
        .configure(http::merge::routes)
        .configure(http::pause::routes)
        .configure(http::reopening::routes)
        .configure(http::spot_check::routes)
        .configure(http::claim::routes)
        .configure(http::delivery::routes)
        .configure(http::attachment::routes)
        .configure(http::pairing::routes)
        .configure(http::visit::routes)
        .configure(http::referral::routes)
        .configure(http::escalation::routes)
        .configure(http::export::routes)
        .configure(http::import::routes)
        .configure(http::job::routes)
        .configure(http::mail::routes)
        .configure(http::task::routes)
        .configure(http::waiting::routes)
        .configure(http::fit::routes)
        .configure(http::plan::routes)
        .configure(http::oauth::routes)
        .configure(http::platform::routes)
        .configure(http::platform_claim::routes)
        .configure(http::sharing::routes)
        .configure(http::webhook::routes)
        .configure(http::webhook_delivery::routes)
        .configure(http::campaign_public::routes)
        .configure(http::campaign::routes)
        .configure(http::campaign_list::routes)
        .configure(http::emergency::routes)
        .configure(http::emergency_appeal::routes)
        .configure(http::pledge::routes)
        .configure(http::pool::routes)
        .configure(http::donation::routes)
        .configure(http::statement::routes)
        .configure(http::allocation::routes)
        .configure(http::ledger::routes)
        .configure(http::post::routes)
        .configure(http::post_public::routes)
        .configure(http::shift::routes)
        .configure(http::sign_up::routes)
        .configure(http::signal::routes)
        .configure(http::event::routes)
        .configure(http::audit::routes)
        .configure(http::audit_pack::routes)
        .configure(http::retention::routes)
        .configure(http::session::routes)
        .configure(http::totp::routes)
        .configure(http::identity::routes)
        .configure(http::own_sessions::routes)
        .configure(http::effort::routes)
        .configure(http::email::routes)
        .configure(http::organisation::routes)
        .configure(http::policy::routes)
        .configure(http::calendar::routes)
        .configure(http::membership::routes)
        .configure(http::category::routes)
        .configure(http::beneficiary::routes)
        .configure(http::disclosure::routes)
        .configure(http::distinction::routes)
        .configure(http::look::routes)
        .configure(http::access_copy::routes)
        .configure(http::erasure::routes)
        .configure(http::skill::routes)
        .configure(http::benefit::routes)
        .configure(http::certificate::routes)
        .configure(http::certificate_public::routes)
        .configure(http::honour::routes)
        .configure(http::duty::routes)
        .configure(http::figure::routes)
        .configure(http::report::routes)
        .configure(http::report_template::routes)
        .configure(http::circle::routes)
        .configure(http::application::routes)
        .configure(http::claimant::routes)
        .configure(http::record::routes)
        .configure(http::standing::routes)
        .configure(http::statistics::routes)
        .configure(http::wall::routes)
        .configure(http::problems::routes);
}

/// Whether an operation has an entry in the access table; asked of each when the server starts.
#[must_use]
pub fn has_access_rule(operation_id: &str) -> bool {
    act_of(operation_id).is_some()
}

/// Every address by its segments: what is looked up for each request, so a step a segment.
#[derive(Debug, Default)]
pub struct Table {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    named: BTreeMap<String, Node>,
    any: Option<Box<Node>>,
    here: Option<Address>,
}

/// An address that exists.
#[derive(Debug, Default)]
pub struct Address {
    /// With the names of its variable parts, such as `/api/v1/wishes/{id}`.
    pub template: Arc<str>,
    /// What each method asks for; none for what stands outside the API.
    methods: BTreeMap<String, Option<Act>>,
}

impl Table {
    /// Of the document, and of what stands outside it.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let mut table = Self::default();
        for (method, path, id) in operations(document) {
            table.add(&method, &path, act_of(&id));
        }
        for path in http::system::PATHS.iter().chain(&[openapi::PATH]) {
            table.add("GET", path, None);
        }
        table
    }

    fn add(&mut self, method: &str, template: &str, act: Option<Act>) {
        let mut node = &mut self.root;
        for segment in template.split('/').skip(1) {
            node = match segment.starts_with('{') {
                true => node.any.get_or_insert_default(),
                false => node.named.entry(segment.to_owned()).or_default(),
            };
        }
        let here = node.here.get_or_insert_default();
        here.template = template.into();
        here.methods.insert(method.to_owned(), act);
    }

    /// What stands at `path`, if anything.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Address> {
        self.root.find(path.strip_prefix('/')?)
    }
}

impl Node {
    fn find(&self, path: &str) -> Option<&Address> {
        let (segment, rest) = match path.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (path, None),
        };
        let any = self.any.as_deref().filter(|_| !segment.is_empty());
        // A name goes before a variable part, unless it leads nowhere.
        let mut ways = self.named.get(segment).into_iter().chain(any);
        ways.find_map(|node| match rest {
            Some(rest) => node.find(rest),
            None => node.here.as_ref(),
        })
    }
}

impl Address {
    /// The value of Allow: a GET also answers HEAD.
    #[must_use]
    pub fn allow(&self) -> String {
        let mut methods: Vec<&str> = self.methods.keys().map(String::as_str).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.push("OPTIONS");
        methods.sort_unstable();
        methods.join(", ")
    }

    /// Whether `method` here takes a whole file, and so may take the time of a slow line.
    #[must_use]
    pub fn takes_files(&self, method: &Method) -> bool {
        method == Method::POST && self.template.ends_with("/attachments")
    }

    /// Whether `method` here may wait for what is to come.
    #[must_use]
    pub fn waits(&self, method: &Method) -> bool {
        matches!(self.act(method), Some(Act::ListEvents | Act::ListSharedEvents))
    }

    /// What `method` asks for here; none for what stands outside the API.
    #[must_use]
    pub fn act(&self, method: &Method) -> Option<Act> {
        let asked = if method == Method::HEAD { "GET" } else { method.as_str() };
        self.methods.get(asked).copied().flatten()
    }

    /// Whether `method` here is for those who are signed in alone.
    #[must_use]
    pub fn needs_sign_in(&self, method: &Method) -> bool {
        self.act(method).is_some_and(|act| !act.is_public())
    }
}

/// What no route took: a known address with another method, a page of the front end, or nothing.
pub async fn fallback(
    req: HttpRequest,
    table: web::Data<Table>,
    spa: web::Data<Spa>,
) -> Result<HttpResponse, Failure> {
    let options = req.method() == Method::OPTIONS;
    if let Some(address) = table.find(req.path()) {
        let mut response = match options {
            true => HttpResponse::NoContent().finish(),
            false => Draft::from(Code::MethodNotAllowed).response(),
        };
        let allow = address.allow().parse().map_err(|_| Code::Internal)?;
        response.headers_mut().insert(ALLOW, allow);
        return Ok(response);
    }
    spa.answer(&req).ok_or_else(|| Code::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_by_its_segments() {
        let mut table = Table::default();
        for (method, path) in [
            ("GET", "/api/v1/wishes"),
            ("POST", "/api/v1/wishes"),
            ("GET", "/api/v1/wishes/{id}"),
            ("POST", "/api/v1/wishes/{id}/claims"),
            ("GET", "/api/v1/wishes/mine"),
        ] {
            table.add(method, path, None);
        }
        let template = |path: &str| table.find(path).map(|address| &*address.template);
        assert_eq!(template("/api/v1/wishes/7"), Some("/api/v1/wishes/{id}"));
        assert_eq!(template("/api/v1/wishes/mine"), Some("/api/v1/wishes/mine"));
        assert_eq!(template("/api/v1/wishes/mine/claims"), Some("/api/v1/wishes/{id}/claims"));
        for nothing in [
            "/",
            "",
            "/api/v1",
            "/api/v1/wishes/",
            "/api/v1/wishes/7/",
            "/api/v1/wishes/7/x",
            "/api/v1/wishes//claims",
        ] {
            assert_eq!(template(nothing), None, "{nothing}");
        }
        assert_eq!(table.find("/api/v1/wishes").unwrap().allow(), "GET, HEAD, OPTIONS, POST");
        assert_eq!(table.find("/api/v1/wishes/7/claims").unwrap().allow(), "OPTIONS, POST");
    }
}
