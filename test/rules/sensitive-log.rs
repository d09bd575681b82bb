//- in the format's braces
#[update]
fn set(api_key: String) {
    ic_cdk::println!("the key is {api_key}");
                                //^^^^^^^ information: `api_key` is printed
    keep(api_key);
}

//- handed over, a field, and by another function
struct Config { client_secret: String, url: String }
#[update]
fn set(password: String, url: String) {
    ic_cdk::println!("{} {}", url, password);
                                 //^^^^^^^^ information: `password` is printed
    configure(Config { client_secret: password, url });
}
fn configure(config: Config) {
    ic_cdk::api::debug_print(&config.client_secret);
                            //^^^^^^^^^^^^^^^^^^^^ information: `client_secret` is printed
    ic_cdk::println!("{:?} at {}", &config.client_secret, config.url);
                                  //^^^^^^^^^^^^^^^^^^^^ information: which may be open to everybody
}

//- good
#[update]
fn set(api_key: String) {
    ic_cdk::println!("key set, {} characters", api_key.len());
    keep(api_key);
}

//- trap: words of the text, what is public, and what says only whether
#[update]
fn set(public_key: Vec<u8>, token: String, password: Option<String>) {
    ic_cdk::println!("api_key {{password}} secret");
    ic_cdk::println!("{public_key:?} {token}");
    ic_cdk::println!("{}", password.is_some());
    ic_cdk::println!("{:?}", mask(&password));
}
fn mask(_: &Option<String>) -> String { "***".to_string() }

//- trap: comments, tests, and what the canister does not run
#[update]
fn set(api_key: String) {
    // ic_cdk::println!("{api_key}");
    keep(api_key);
}
fn unused(api_key: String) { ic_cdk::println!("{api_key}"); }
#[cfg(test)]
mod tests {
    #[test]
    fn set() {
        let api_key = "a";
        println!("{api_key}");
    }
}

//- within a text that is put together before
const API_KEY: &str = "none";
#[update]
fn ask(symbol: String) {
    let url = format!("https://example.com/{}?key={}", symbol, API_KEY);
    ic_cdk::println!("asking {}", url);
                                //^^^ information: is printed
}
