//- a constant, a field, a header
const API_KEY: &str = "sk_live_51HqzYjK2eZvKYlo2C8XnTtT";
    //^^^^^^^ warning: `API_KEY` holds what looks like a secret
fn config(key: &str) -> Config {
    header(format!("Bearer {key}"));
                 //^^^^^^^^^^^^^^ warning: This header sends a secret from the canister's memory
    Config { client_secret: "9fK2mZ7xQ4vB8nL1pR6tY3wE".to_string() }
                          //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: whoever runs a node of the subnet can read it
}

//- a phrase
static MNEMONIC: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
     //^^^^^^^^ warning: Keep it outside of the canister

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
