//- bad
#[update]
fn log(text: String) {
    println!("called with {text}");
  //^^^^^^^ hint: `println!` writes nowhere in a canister
    let _ = std::dbg!(text);
          //^^^^^^^^ hint: `dbg!` writes nowhere
}

//- good
#[update]
fn log(text: String) { ic_cdk::println!("called with {text}"); ic_cdk::api::debug_print(text); }

//- trap: ic-cdk's own macro, by `use`
use ic_cdk::println;
#[update]
fn log(text: String) { println!("called with {text}"); }

//- trap: comments, texts, tests and tools
#[update]
fn log() -> &'static str {
    // println!("not this")
    "println!(neither)"
}
fn main() { println!("service : {{}}"); }
#[cfg(test)]
mod tests {
    #[test]
    fn prints() { println!("{}", super::log()); }
}
