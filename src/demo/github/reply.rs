//! Answers: documents, pages of lists with `Link`, and refusals in GitHub's words.

use axum::Json;
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

/// What a handler gives back.
pub(super) type Answer = Result<Reply, Refusal>;

/// A good answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    body: Option<Value>,
    link: Option<String>,
}

impl Reply {
    pub(super) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
            link: None,
        }
    }

    pub(super) fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            body: Some(body),
            link: None,
        }
    }

    pub(super) fn accepted() -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: Some(json!({})),
            link: None,
        }
    }

    pub(super) fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            link: None,
        }
    }

    /// The same answer with a `Link` header.
    pub(super) fn linked(mut self, link: String) -> Self {
        self.link = Some(link);
        self
    }

    /// One page of a list, with `Link` to its neighbours.
    pub(super) fn page(host: &str, uri: &Uri, items: Vec<Value>) -> Self {
        let page = Page::of(uri);
        let link = page.link(host, uri, items.len());
        Self {
            status: StatusCode::OK,
            body: Some(Value::Array(page.cut(items))),
            link,
        }
    }

    /// One page of the list that stands under a name in a document; all of it where no page is asked for.
    pub(super) fn page_within(host: &str, uri: &Uri, mut document: Value, name: &str) -> Self {
        let paged = uri.query().is_some_and(|query| query.contains("page="));
        let mut link = None;
        if let Some(Value::Array(items)) = document.get_mut(name).filter(|_| paged) {
            let page = Page::of(uri);
            link = page.link(host, uri, items.len());
            *items = page.cut(std::mem::take(items));
        }
        Self {
            status: StatusCode::OK,
            body: Some(document),
            link,
        }
    }

    /// One page of a list that stands under a name beside its `total_count`.
    pub(super) fn page_in(host: &str, uri: &Uri, name: &str, items: Vec<Value>) -> Self {
        let page = Page::of(uri);
        let link = page.link(host, uri, items.len());
        let body = json!({ "total_count": items.len(), name: page.cut(items) });
        Self {
            status: StatusCode::OK,
            body: Some(body),
            link,
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        };
        if let Some(link) = self.link.and_then(|link| HeaderValue::from_str(&link).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

struct Page {
    size: usize,
    number: usize,
}

impl Page {
    fn of(uri: &Uri) -> Self {
        let mut page = Self { size: 30, number: 1 };
        for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match (name.as_ref(), value.parse::<usize>()) {
                ("per_page", Ok(size)) => page.size = size.clamp(1, 100),
                ("page", Ok(number)) => page.number = number.max(1),
                _ => {}
            }
        }
        page
    }

    fn cut(&self, items: Vec<Value>) -> Vec<Value> {
        items
            .into_iter()
            .skip((self.number - 1) * self.size)
            .take(self.size)
            .collect()
    }

    fn link(&self, host: &str, uri: &Uri, count: usize) -> Option<String> {
        let last = count.div_ceil(self.size).max(1);
        let others: String = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| name != "page")
            .map(|(name, value)| format!("{name}={value}&"))
            .collect();
        let to =
            |number: usize, rel: &str| format!("<{host}{}?{others}page={number}>; rel=\"{rel}\"", uri.path());
        let mut links = Vec::new();
        if self.number > 1 {
            links.push(to(self.number - 1, "prev"));
        }
        if self.number < last {
            links.push(to(self.number + 1, "next"));
            links.push(to(last, "last"));
        }
        if self.number > 1 {
            links.push(to(1, "first"));
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}

/// A refusal with GitHub's error body.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    errors: Option<Value>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Resource not accessible by integration")
    }

    pub(super) fn bad_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Bad credentials")
    }

    /// A 422 about one field.
    pub(super) fn invalid(resource: &str, field: &str, code: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            message: "Validation Failed".to_owned(),
            errors: Some(json!([{ "resource": resource, "field": field, "code": code }])),
        }
    }

    /// Something here went wrong that the caller did not cause.
    pub(super) fn broken(error: &anyhow::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}"))
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::broken(&error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({
            "message": self.message, "documentation_url": "https://docs.github.com/rest",
            "status": self.status.as_str()
        });
        if let (Value::Object(members), Some(errors)) = (&mut body, self.errors) {
            members.insert("errors".to_owned(), errors);
        }
        (self.status, Json(body)).into_response()
    }
}

/// A JSON body, whatever its content type; empty counts as an empty object.
pub(super) struct Input(pub(super) Value);

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let unreadable = || Refusal::new(StatusCode::BAD_REQUEST, "Problems parsing JSON");
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|_| unreadable())?;
        if bytes.is_empty() {
            return Ok(Self(json!({})));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|_| unreadable())
    }
}

impl Input {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(super) fn needed(&self, resource: &str, name: &str) -> Result<&str, Refusal> {
        self.text(name)
            .ok_or_else(|| Refusal::invalid(resource, name, "missing_field"))
    }

    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        self.0
            .get(name)
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_and_links_to_its_neighbours() {
        let uri: Uri = "/api/v3/x?per_page=2&page=2&sort=new".parse().unwrap();
        let reply = Reply::page("http://h", &uri, (0..5).map(Value::from).collect());
        assert_eq!(reply.body, Some(json!([2, 3])));
        let link = reply.link.unwrap();
        assert!(
            link.contains("<http://h/api/v3/x?per_page=2&sort=new&page=3>; rel=\"next\""),
            "{link}"
        );
        assert!(
            link.contains("page=3>; rel=\"last\"") && link.contains("page=1>; rel=\"prev\""),
            "{link}"
        );
    }

    #[test]
    fn a_list_that_fits_on_one_page_has_no_link() {
        let uri: Uri = "/x".parse().unwrap();
        assert!(Reply::page("http://h", &uri, vec![json!(1)]).link.is_none());
    }
}
