//! The built front end, served from memory: what was not there at the start cannot be asked for, so
//! no path leads out of the folder. Must not know what the files are beyond their names.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, HeaderMap,
            REFERRER_POLICY, VARY,
        },
    },
    web::Bytes,
};
use sha2::{Digest, Sha256};

use crate::etag;

/// What belongs to others: no page of the front end begins so.
const RESERVED: &[&str] = &["/api", "/swagger-ui", "/healthz", "/metrics"];

/// Nothing inline, nothing from elsewhere. Text becomes markup or a script's address only through the
/// policies named last: Vue's own, and one of our name for a service worker.
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types vue wishlight";

/// What the pages never ask of a device.
const PERMISSIONS: &str = "geolocation=(), microphone=(), payment=(), usb=()";

/// The front end, or the short page that stands in for it.
#[derive(Debug, Default)]
pub struct Spa {
    files: HashMap<String, File>,
}

#[derive(Debug)]
struct File {
    media_type: &'static str,
    etag: String,
    immutable: bool,
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

impl Spa {
    /// Reads the folder of the built front end.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn load(folder: Option<&Path>) -> io::Result<Self> {
        let mut spa = Self::default();
        if let Some(folder) = folder {
            for path in walk(folder)? {
                spa.add(folder, &path)?;
            }
        }
        Ok(spa)
    }

    fn add(&mut self, folder: &Path, path: &Path) -> io::Result<()> {
        let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) else { return Ok(()) };
        let is_packed = ["gz", "br"].iter().any(|end| path.extension().is_some_and(|found| found == *end));
        if is_packed && path.with_extension("").is_file() {
            // Read with the file that it packs.
            return Ok(());
        }
        let packed = |end: &str| {
            let path = PathBuf::from(format!("{}.{end}", path.display()));
            path.is_file().then(|| fs::read(path).map(Bytes::from)).transpose()
        };
        let plain = Bytes::from(fs::read(path)?);
        let hash: String = Sha256::digest(&plain).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let file = File {
            media_type: media_type(name),
            etag: format!("\"{hash}\""),
            // The build puts a hash into the names of what it bundles.
            immutable: name.starts_with("assets/"),
            plain,
            gzip: packed("gz")?,
            brotli: packed("br")?,
        };
        self.files.insert(format!("/{name}"), file);
        Ok(())
    }

    /// The file or page at an address; `None` where the front end has nothing there.
    #[must_use]
    pub fn answer(&self, req: &HttpRequest) -> Option<HttpResponse> {
        let path = req.path();
        let is_other = |taken: &str| {
            path.strip_prefix(taken).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if req.method() != Method::GET || RESERVED.iter().any(|taken| is_other(taken)) {
            return None;
        }
        let is_page = !path.rsplit('/').next().unwrap_or_default().contains('.');
        let index = || self.files.get("/index.html").filter(|_| is_page);
        match self.files.get(path).or_else(index) {
            Some(file) => Some(file.answer(req.headers())),
            None if path == "/" => Some(stand_in()),
            None => None,
        }
    }
}

impl File {
    fn answer(&self, headers: &HeaderMap) -> HttpResponse {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accepts = |name: &str| {
            accepted.split(',').any(|part| {
                let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
                coding.trim() == name && !matches!(weight.trim(), "q=0" | "q=0.0")
            })
        };
        let (body, encoding) = match (&self.brotli, &self.gzip) {
            (Some(body), _) if accepts("br") => (body, Some("br")),
            (_, Some(body)) if accepts("gzip") => (body, Some("gzip")),
            _ => (&self.plain, None),
        };
        let known = etag::none_match(headers, &self.etag);
        let mut response = match known {
            true => HttpResponse::NotModified(),
            false => HttpResponse::Ok(),
        };
        let cache = if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        // One tag for all encodings: it must be a weak one.
        response.insert_header((ETAG, format!("W/{}", self.etag))).insert_header((CACHE_CONTROL, cache));
        response.insert_header((VARY, "Accept-Encoding")).insert_header((CONTENT_SECURITY_POLICY, CSP));
        response.insert_header(("permissions-policy", PERMISSIONS));
        response.insert_header((REFERRER_POLICY, "same-origin")).content_type(self.media_type);
        if let Some(encoding) = encoding {
            response.insert_header((CONTENT_ENCODING, encoding));
        }
        if known { response.finish() } else { response.body(body.clone()) }
    }
}

fn stand_in() -> HttpResponse {
    let page = "点亮微心愿 Wishlight\n\nThe API is here, its front end is not: build it with `make run`, or set WISHLIGHT_STATIC_DIR.\nThe API's document: /swagger-ui/\n";
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(page)
}

fn walk(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // Links are not followed: they could lead out.
            match entry.file_type()? {
                kind if kind.is_dir() => open.push(entry.path()),
                kind if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    Ok(found)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn built() -> Spa {
        let folder = std::env::temp_dir().join(format!("wishlight-spa-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        for (name, text) in [
            ("index.html", "<p>home</p>"),
            ("assets/app-abc.js", "let a"),
            ("assets/app-abc.js.br", "packed"),
            ("robots.txt", "x"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        let spa = Spa::load(Some(&folder)).unwrap();
        fs::remove_dir_all(folder).unwrap();
        spa
    }

    fn get(spa: &Spa, path: &str) -> Option<HttpResponse> {
        let req = TestRequest::get().uri(path).insert_header((ACCEPT_ENCODING, "gzip, br")).to_http_request();
        spa.answer(&req)
    }

    fn header(response: &HttpResponse, name: actix_web::http::header::HeaderName) -> String {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn files_pages_and_nothing() {
        let spa = built();
        let script = get(&spa, "/assets/app-abc.js").unwrap();
        assert_eq!(header(&script, CONTENT_ENCODING), "br");
        assert!(header(&script, CACHE_CONTROL).contains("immutable"));
        for page in ["/", "/wishes/018f", "/login"] {
            let page = get(&spa, page).unwrap();
            assert_eq!((page.status().as_u16(), header(&page, CACHE_CONTROL).as_str()), (200, "no-cache"));
            assert!(header(&page, CONTENT_SECURITY_POLICY).contains("script-src 'self';"));
        }
        for nothing in [
            "/assets/gone.js",
            "/api/v2",
            "/api",
            "/metrics",
            "/healthz/x",
            "/../Cargo.toml",
            "/%2e%2e/x.toml",
        ] {
            assert!(get(&spa, nothing).is_none(), "{nothing}");
        }
        assert!(get(&spa, "/apis").is_some());
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let spa = built();
        let etag = header(&get(&spa, "/robots.txt").unwrap(), ETAG);
        let req =
            TestRequest::get().uri("/robots.txt").insert_header(("if-none-match", etag)).to_http_request();
        assert_eq!(spa.answer(&req).unwrap().status(), 304);
    }

    #[test]
    fn without_a_front_end_the_way_to_the_document_is_shown() {
        let spa = Spa::default();
        assert_eq!(get(&spa, "/").unwrap().status(), 200);
        assert!(get(&spa, "/login").is_none());
    }
}
