//- a constant, a field, a header
const API_KEY: &str = "sk_live_51HqzYjK2eZvKYlo2C8XnTtT";
    //^^^^^^^ warning: `API_KEY` holds what looks like a secret
struct Config { client_secret: String }
fn header(value: String) { drop(value) }
fn config(key: &str) -> Config {
    header(format!("Bearer {key}"));
                 //^^^^^^^^^^^^^^ information: This header sends a secret from the canister's memory
    Config { client_secret: "9fK2mZ7xQ4vB8nL1pR6tY3wE".to_string() }
                          //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: whoever runs a node of the subnet can read it
}

//- a phrase
static MNEMONIC: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
     //^^^^^^^^ warning: Keep it outside of the canister

//- a private key as a file
const CALLERS: &str = "-----BEGIN EC PRIVATE KEY-----\nMIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgaXTD7AuYMzb9WZNp3IaQ\n-----END EC PRIVATE KEY-----";
    //^^^^^^^ warning: `CALLERS` holds what looks like a secret

//- good
fn header(proxy: &str) -> String { format!("https://{proxy}/price") }

//- trap: public keys, names, words, short texts
const PUBLIC_API_KEY: &str = "sk_live_51HqzYjK2eZvKYlo2C8XnTtT";
const API_KEY_HEADER: &str = "x-api-key-8f3a9b2c7d";
const SECRET: &str = "not_a_secret_at_all";
const PASSWORD: &str = "1234";
const TOKEN_HASH: &str = "9fK2mZ7xQ4vB8nL1pR6tY3wE";
fn message(token: &str) -> String { format!("Token {token} not found") }

//- trap: test vectors
#[cfg(test)]
mod tests { const API_KEY: &str = "sk_live_51HqzYjK2eZvKYlo2C8XnTtT"; }

//- keys that are known by how they begin, whatever they are given to
async fn post(header: &str) -> String { header.len().to_string() }
#[update]
async fn ask() -> String {
    let header = "Bearer gsk_2J9cr0wQm7Vt4Lx8Zk1NpYbRsDfGhTu3";
               //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: holds what looks like a secret
    post(header).await
}

//- trap: a place for a key
async fn post(header: &str) -> String { header.len().to_string() }
#[update]
async fn ask() -> String { post("Bearer your-key-goes-in-here-please").await }

//- headers and addresses within a list
struct HttpHeader { name: String, value: String }
fn ask(token: &str, key: &str) -> Vec<HttpHeader> {
    let _url = format!("https://api.example.org/v1/rates?base=usd&api_key={}", key);
                     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: This address sends a secret
    vec![
        HttpHeader { name: "Accept".to_string(), value: "application/json; charset=utf-8".to_string() },
        HttpHeader { name: "Authorization".to_string(), value: format!("Bearer {}", token) },
                                                                     //^^^^^^^^^^^ information: This header sends a secret
        HttpHeader { name: String::from("x-rates-api-key"), value: "CG-tLtUCAv5EG2KQuPp4XvAWTnM".to_string() },
                                                                 //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `x-rates-api-key` holds what looks like a secret
    ]
}

//- a header that a variable fills, and the key of an account in an address
struct HttpHeader { name: String, value: String }
fn headers(key: String) -> Vec<HttpHeader> { vec![HttpHeader { name: "api-key".to_string(), value: key.clone() }] }
                                                                                                 //^^^^^^^^^^^ information: This header sends a secret
fn url() -> String { "https://polygon-mainnet.g.alchemy.com/v2/4_fdLBh3pXOwpbYRHzua1BFsJFI4-eNr".to_string() }
                   //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: This text holds what looks like a secret

//- trap: headers of another kind, and addresses without a key
struct HttpHeader { name: String, value: String }
fn headers(host: String) -> Vec<HttpHeader> { vec![HttpHeader { name: "host".to_string(), value: host.clone() }] }
fn url() -> String { "https://polygon-mainnet.g.alchemy.com/v2/".to_string() }
fn other() -> String { "https://api.coins.example/v2/4_fdLBh3pXOwpbYRHzua1BFsJFI4-eNr/price".to_string() }

//- trap: headers that requests to the canister bring
fn token(value: &str) -> Option<String> {
    if !value.starts_with("Bearer ") { return None; }
    value.strip_prefix("Bearer ").map(|it| it.to_string())
}

//- state that keeps secrets
thread_local! {
    static API_KEY: RefCell<Option<String>> = RefCell::new(None);
         //^^^^^^^ information: State keeps the secret `API_KEY`
    static USERS: RefCell<HashMap<u64, User>> = RefCell::new(HashMap::new());
}
struct User { name: String, login: Login }
struct Login { email: String, password: String }
                            //^^^^^^^^ information: of a password, keep a salted hash

//- trap: hashes, what is encrypted, and what only passes through
thread_local! { static USERS: RefCell<HashMap<u64, User>> = RefCell::new(HashMap::new()); }
struct User { password_hash: String, encrypted_private_key: String, secret_count: u64, secret: String }
#[derive(CandidType, Deserialize)]
struct LoginArguments { email: String, password: String }
#[query]
fn check(given: LoginArguments) -> bool { given.password.len() > given.email.len() }
