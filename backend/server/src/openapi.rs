//! The API's document (OpenAPI 3.1), made of the route table itself, so that what is described and
//! what is served cannot differ.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use domain::platform::Scope;
use serde_json::Value;
use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::{
        self, Ref, RefOr, Required, Response, ResponseBuilder,
        content::ContentBuilder,
        header::HeaderBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type},
        security::{
            ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityRequirement,
            SecurityScheme,
        },
    },
};

use crate::{
    problem::{FieldProblem, MEDIA_TYPE, Problem},
    routes::{self, Routes},
};

/// Where programs get their passes.
const TOKENS: &str = "/api/v1/oauth/token";
const OAUTH: &str = "platform_oauth";

/// Where the document is served.
pub const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wishlight 点亮微心愿",
        description = "Small wishes of residents: collected, reviewed, published, claimed, delivered, confirmed; and passed up, level by level, where nobody near can meet them.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    components(schemas(Problem, FieldProblem)),
    security(("bearer" = [])),
    modifiers(&Shared),
    tags(
        (name = "auth", description = "Signing in and out, and who I am"),
        (name = "organisations", description = "The tree of organisations, its members, categories and time limits"),
        (name = "beneficiaries", description = "The residents whom wishes are for; personal data"),
        (name = "claimants", description = "Those who fulfil wishes"),
        (name = "circles", description = "Joining an organisation's claimants: applications, and their answers"),
        (name = "wishes", description = "From the first word to fulfilled"),
        (name = "claims", description = "Promises of claimants, deliveries and confirmations"),
        (name = "plans", description = "Who is asked to bring which wishes, many at once"),
        (name = "platforms", description = "Third parties with a program, and their keys"),
        (name = "sharing", description = "What platforms read: shared wishes, and what happens to them"),
        (name = "webhooks", description = "Where a platform is told of changes without asking (Standard Webhooks 1.0.0)"),
        (name = "emergency calls", description = "Batches of wishes that are opened to chosen circles at once, and followed to the last household"),
        (name = "campaigns", description = "Themed, dated lists of wishes that several organisations hold together, and pledges"),
        (name = "exports", description = "Lists taken out as files: as they were filtered, and with a second person where residents are named"),
        (name = "imports", description = "Sheets of wishes that somebody else made: checked row by row, let in, handed back"),
        (name = "ledger", description = "Money given for wishes, by double entry: pools, donations that platforms report, allocations, spending"),
        (name = "honours", description = "Certificates that anybody can check, and who brought how much by the word of others"),
        (name = "duties", description = "How often units are to give a day to wishes, and how far each has come"),
        (name = "posts", description = "Posts and projects: people and hours, in shifts with sign-up places, and who came"),
        (name = "attachments", description = "Pictures of wishes and deliveries, for those entitled alone"),
        (name = "referrals", description = "Deeper needs, handed to whoever can answer them"),
        (name = "pairings", description = "Long-term ties of claimants and households, and their visits"),
        (name = "escalations", description = "Wishes on their way up"),
        (name = "tasks", description = "What waits for me, and why"),
        (name = "jobs", description = "What came due and is not done"),
        (name = "events", description = "What happened, in order"),
        (name = "statistics", description = "Figures of a subtree"),
        (name = "problems", description = "What each error code means"),
    ),
)]
struct Document;

/// What many operations refer to.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("The `access_token` of `POST /api/v1/auth/login`. It lives ten minutes."));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("wl_live_…")
            .description(Some("A key of a platform; an administrator of its organisation makes it."));
        components.add_security_scheme("platform_key", SecurityScheme::Http(key.build()));
        let scopes = Scope::ALL.iter().map(|scope| (scope.as_str(), scope.about()));
        let flow = Flow::ClientCredentials(ClientCredentials::new(TOKENS, Scopes::from_iter(scopes)));
        let about = "A pass for a platform's key. The client's id is that of the platform or of the key, its secret the key.";
        let oauth = OAuth2::with_description([flow], about);
        components.add_security_scheme(OAUTH, SecurityScheme::OAuth2(oauth));
        for (status, name, description) in ERRORS {
            components.responses.insert((*name).to_owned(), RefOr::T(problem(status, description)));
        }
    }
}

/// Status, name of the component, description.
const ERRORS: &[(&str, &str, &str)] = &[
    ("400", "Malformed", "The request cannot be read."),
    ("401", "Unauthenticated", "Nobody is signed in."),
    ("403", "Forbidden", "The caller may not do this."),
    ("404", "NotFound", "Unknown, or not the caller's to know."),
    ("409", "Conflict", "A rule refuses, as things stand now; `code` says which."),
    ("412", "Stale", "It was changed since the version in If-Match."),
    ("413", "TooLarge", "The body is larger than 1 MiB; a picture larger than 10 MiB or 40 megapixels."),
    ("415", "UnsupportedType", "The body is not application/json; a picture not JPEG, PNG or WebP."),
    ("422", "Invalid", "Some fields are not valid; `errors` names them."),
    ("428", "PreconditionRequired", "If-Match is missing."),
    ("429", "TooMany", "Too often; wait as long as Retry-After says."),
    ("500", "Internal", "A fault of ours; nothing was saved."),
    ("503", "Unavailable", "Not now; try again with the same Idempotency-Key."),
    ("507", "Full", "There is no room to store it."),
];

fn problem(status: &str, description: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, body);
    let header = |text: &str, kind| {
        let schema = ObjectBuilder::new().schema_type(kind).build();
        HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build()
    };
    match status {
        "401" => response = response.header("WWW-Authenticate", header("How to sign in.", Type::String)),
        "429" | "503" => response = response.header("Retry-After", header("Seconds to wait.", Type::Integer)),
        _ => {}
    }
    response.build()
}

fn refer(only: impl Fn(&str) -> bool) -> BTreeMap<String, RefOr<Response>> {
    let wanted = ERRORS.iter().filter(|(status, ..)| only(status));
    wanted
        .map(|(status, name, _)| ((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*name))))
        .collect()
}

/// Every error that a change may answer with: one word in a handler's `responses`.
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refer(|_| true)
    }
}

/// Every error that a read may answer with.
pub struct ReadProblems;

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refer(|status| matches!(status, "400" | "401" | "403" | "404" | "422" | "429" | "500" | "503"))
    }
}

/// The errors of an operation that says its own in the words of another standard.
pub struct TokenProblems;

impl IntoResponses for TokenProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refer(|status| matches!(status, "413" | "429" | "500" | "503"))
    }
}

/// The document of all that [`routes::api`] tells of.
#[must_use]
pub fn document() -> openapi::OpenApi {
    let mut document = Document::openapi();
    routes::api(&mut Routes::Document(&mut document));
    for (path, item) in &mut document.paths.paths {
        let methods = [
            (Method::Get, &mut item.get),
            (Method::Put, &mut item.put),
            (Method::Post, &mut item.post),
            (Method::Delete, &mut item.delete),
            (Method::Patch, &mut item.patch),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                describe_answers(operation);
                offer_passes(operation);
                name_parameters(operation, path, method);
            }
        }
    }
    document
}

/// OpenAPI 3.1 asks for a description of each answer: one that says no more than its type says what its status means.
fn describe_answers(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        let meaning = status.parse().ok().and_then(|code: StatusCode| code.canonical_reason());
        if let (RefOr::T(answer), Some(meaning)) = (answer, meaning)
            && answer.description.is_empty()
        {
            meaning.clone_into(&mut answer.description);
        }
    }
}

/// Where a key is good, a pass with the same scopes is.
fn offer_passes(operation: &mut Operation) {
    let Some(security) = &mut operation.security else { return };
    let scopes = security.iter().find_map(|requirement| {
        let value = serde_json::to_value(requirement).ok()?;
        serde_json::from_value::<Vec<String>>(value.get("platform_key")?.clone()).ok()
    });
    if let Some(scopes) = scopes {
        security.push(SecurityRequirement::new(OAUTH, scopes));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Put,
    Post,
    Delete,
    Patch,
}

/// What all operations of a kind take: the variables of their path, and the conditions of a change.
fn name_parameters(operation: &mut Operation, path: &str, method: Method) {
    let parameters = operation.parameters.get_or_insert_default();
    let variables = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    for name in variables {
        let known = |known: &RefOr<Parameter>| matches!(known, RefOr::T(known) if known.name == name);
        if !parameters.iter().any(known) {
            let id = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
            parameters.push(parameter(name, ParameterIn::Path, true, id, "Of which one."));
        }
    }
    let text = || ObjectBuilder::new().schema_type(Type::String);
    if matches!(method, Method::Put | Method::Patch | Method::Delete) {
        let about = "The ETag of what was seen, or `*`. Without it: 428; when it was changed since: 412.";
        parameters.push(parameter("If-Match", ParameterIn::Header, true, text(), about));
    }
    if method == Method::Post {
        let about =
            "One effect and one answer for each key, for 30 days: repeat a request with the same key.";
        let key = text().min_length(Some(1)).max_length(Some(255));
        parameters.push(parameter("Idempotency-Key", ParameterIn::Header, false, key, about));
        if path.contains("/{id}/") {
            let about = "The ETag of what was seen, where it matters; when it was changed since: 412.";
            parameters.push(parameter("If-Match", ParameterIn::Header, false, text(), about));
        }
    }
}

fn parameter(
    name: &str,
    r#in: ParameterIn,
    required: bool,
    schema: ObjectBuilder,
    about: &str,
) -> RefOr<Parameter> {
    RefOr::T(
        ParameterBuilder::new()
            .name(name)
            .parameter_in(r#in)
            .required(if required { Required::True } else { Required::False })
            .schema(Some(schema))
            .description(Some(about))
            .build(),
    )
}

/// The document as it is served, printed and committed: keys sorted, so that a difference is a change.
///
/// # Errors
/// Where it is no JSON, which a test rules out.
pub fn print(document: &openapi::OpenApi) -> serde_json::Result<String> {
    let value: Value = serde_json::to_value(document)?;
    serde_json::to_string_pretty(&value).map(|text| text + "\n")
}

/// Method, path and operation id of every operation.
#[must_use]
pub fn operations(document: &openapi::OpenApi) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (path, item) in &document.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("DELETE", &item.delete),
            ("PATCH", &item.patch),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                let id = operation.operation_id.clone().unwrap_or_default();
                found.push((method.to_owned(), path.clone(), id));
            }
        }
    }
    found
}

/// The operations that `is_known` does not know. A route without an entry in the access table does
/// not start.
#[must_use]
pub fn unlisted(document: &openapi::OpenApi, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    let operations = operations(document).into_iter();
    operations
        .filter(|(_, _, id)| !is_known(id))
        .map(|(method, path, id)| format!("{method} {path} ({id})"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_whole() {
        let document = document();
        let text = print(&document).unwrap();
        assert!(text.contains("\"openapi\": \"3.1.0\""), "{text:.300}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
        assert_eq!(value["paths"]["/api/v1/problems"]["get"]["operationId"], "list_problems");
        let refers = value["paths"]["/api/v1/problems/{code}"]["get"]["responses"]["404"]["$ref"].as_str();
        assert_eq!(refers, Some("#/components/responses/NotFound"));
        assert!(
            value["components"]["responses"]["NotFound"]["content"][MEDIA_TYPE]["schema"]["$ref"].is_string()
        );
        assert!(value["components"]["schemas"]["Problem"]["properties"]["request_id"].is_object());
    }

    #[test]
    fn an_operation_without_access_rule_is_found() {
        let document = document();
        assert_eq!(
            unlisted(&document, |id| id != "get_problem"),
            ["GET /api/v1/problems/{code} (get_problem)"]
        );
    }
}
