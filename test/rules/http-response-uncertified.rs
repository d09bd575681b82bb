//- a page that nothing certifies
#[query]
fn http_request(_request: HttpRequest) -> HttpResponse { ok(body()) }
 //^^^^^^^^^^^^ information: No response of `http_request` is certified
fn ok(body: Vec<u8>) -> HttpResponse { HttpResponse { status_code: 200, headers: vec![], body, upgrade: None } }
fn body() -> Vec<u8> { b"<h1>Hello</h1>".to_vec() }
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- paths, some of them for browsers
#[query]
fn http_request(request: HttpRequest) -> HttpResponse {
 //^^^^^^^^^^^^ information: No response of `http_request` is certified
    match request.url.as_str() {
        "/metrics" => ok(metrics()),
        "/index.html" => ok(page()),
        _ => ok(vec![]),
    }
}
fn ok(body: Vec<u8>) -> HttpResponse { HttpResponse { status_code: 200, headers: vec![], body, upgrade: None } }
fn metrics() -> Vec<u8> { vec![] }
fn page() -> Vec<u8> { vec![] }
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- good: the header is built
#[query]
fn http_request(_request: HttpRequest) -> HttpResponse {
    let header = ("IC-Certificate".to_string(), certificate_header());
    HttpResponse { status_code: 200, headers: vec![header], body: vec![], upgrade: None }
}
fn certificate_header() -> String { String::new() }
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- good: certification is skipped
#[query]
fn http_request(_request: HttpRequest) -> HttpResponse {
    let mut response = page();
    add_skip_certification_header(ic_cdk::api::data_certificate().unwrap(), &mut response);
    response
}
fn add_skip_certification_header(_certificate: Vec<u8>, _response: &mut HttpResponse) {}
fn page() -> HttpResponse { HttpResponse { status_code: 200, headers: vec![], body: vec![], upgrade: None } }
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- good: an update answers
#[query]
fn http_request(_request: HttpRequest) -> HttpResponse {
    HttpResponse { status_code: 200, headers: vec![], body: vec![], upgrade: Some(true) }
}
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- trap: metrics and logs, which operators read over raw
#[query]
fn http_request(request: HttpRequest) -> HttpResponse {
    if request.url == "/metrics" { metrics() } else if request.url == "/logs" { logs() } else { not_found() }
}
fn metrics() -> HttpResponse { HttpResponse { status_code: 200, headers: vec![], body: vec![], upgrade: None } }
fn logs() -> HttpResponse { HttpResponse { status_code: 200, headers: vec![], body: vec![], upgrade: None } }
fn not_found() -> HttpResponse { HttpResponse { status_code: 404, headers: vec![], body: vec![], upgrade: None } }
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- trap: metrics without a path of their own
#[query]
fn http_request(_request: HttpRequest) -> HttpResponse { serve_metrics(|writer| writer.push(1)) }
fn serve_metrics(encode: impl Fn(&mut Vec<u8>)) -> HttpResponse {
    let mut body = vec![];
    encode(&mut body);
    HttpResponse { body, ..HttpResponse::default() }
}
#[derive(CandidType, Deserialize)]
struct HttpRequest { url: String }
#[derive(CandidType, Default)]
struct HttpResponse { status_code: u16, headers: Vec<(String, String)>, body: Vec<u8>, upgrade: Option<bool> }

//- trap: another canister's method, not the gateway's
#[query]
fn http_request(id: u64) -> HttpResponse { HttpResponse { id } }
#[derive(CandidType)]
struct HttpResponse { id: u64 }
