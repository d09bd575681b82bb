//- a parameter and a field
#[derive(CandidType, Deserialize)] struct Pay { to: Principal, amount: f64 }
#[update]
fn pay(pay: Pay) {}
 //^^^ warning: `amount` is money in floating point
#[update]
fn set_fee(new_fee: Option<f32>) {}
 //^^^^^^^ warning: Count the smallest unit

//- good
#[derive(CandidType, Deserialize)] struct Pay { to: Principal, amount_e8s: u64 }
#[update]
fn pay(pay: Pay, rate: f64) {}

//- trap: what is shown
struct Gauge { percent: f64 }
#[query]
fn gauge(zoom: f64) -> f64 { zoom }

//- a price, and a payment
#[update]
fn sell(price: f64) {}
 //^^^^ warning: `price` is money in floating point
#[update]
fn pay(tokens_to_transfer: f64) {}
 //^^^ warning: `tokens_to_transfer` is money
