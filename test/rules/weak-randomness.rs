//- from the time, the caller, a constant
use rand::{rngs::StdRng, SeedableRng};
use rand_chacha::ChaCha20Rng;
#[update]
fn draw() -> u64 {
    let mut rng = StdRng::seed_from_u64(ic_cdk::api::time());
                //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The seed is the time
    let now = ic_cdk::api::time();
    let mut seed = [0u8; 32];
    seed[..8].copy_from_slice(&now.to_be_bytes());
    let mut other = ChaCha20Rng::from_seed(seed);
                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: foretells every number
    let mut third = StdRng::seed_from_u64(42);
                  //^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The seed is a constant
    rng.next_u64()
}

//- good
use rand_chacha::ChaCha20Rng;
#[update]
async fn draw() -> u64 {
    let seed = ic_cdk_management_canister::raw_rand().await.unwrap();
    let mut rng = ChaCha20Rng::from_seed(seed.try_into().unwrap());
    rng.next_u64()
}

//- trap: a placeholder until there is randomness
use rand::{rngs::StdRng, SeedableRng};
thread_local! { static RNG: RefCell<StdRng> = RefCell::new(StdRng::from_seed([0; 32])); }
#[init]
fn init() {
    RNG.set(StdRng::from_seed([0; 32]));
    ic_cdk_timers::set_timer(std::time::Duration::ZERO, || ic_cdk::futures::spawn(seed()));
}
async fn seed() {
    let bytes = ic_cdk_management_canister::raw_rand().await.unwrap();
    RNG.set(StdRng::from_seed(bytes.try_into().unwrap()));
}

//- trap: tests, and seeds of something else
#[cfg(test)]
mod tests {
    fn rng() -> StdRng { StdRng::seed_from_u64(1) }
}
#[query]
fn key() -> Vec<u8> { SubAccount::from_seed([0; 32]).to_vec() }

//- the time through a helper of another name
fn get_time() -> u64 { ic_cdk::api::time() }
fn pseudo_rng() -> Result<StdRng, String> {
    let seed = get_time();
    Ok(StdRng::seed_from_u64(seed))
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The seed is the time
}
#[update]
fn code() -> u64 { pseudo_rng().unwrap().next_u64() }

//- the documentation says that the numbers are not for secrets
/// For colours. Not for anything that has to be secure.
fn colours() -> StdRng { StdRng::seed_from_u64(ic_cdk::api::time()) }
                       //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: The seed is the time
#[update]
fn colour() -> u64 { colours().next_u64() }

//- the time cut to a number, and hashed to bytes
use sha2::{Digest, Sha256};
mod hex { pub fn encode(bytes: impl AsRef<[u8]>) -> String { bytes.as_ref().iter().map(|it| format!("{it:02x}")).collect() } }
#[update]
fn bonus() -> u64 {
    let random_bonus = ic_cdk::api::time() % 100;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `random_bonus` is made of the time
    random_bonus
}
fn random_bytes() -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(ic_cdk::api::time().to_be_bytes());
                //^^^^^^^^^^^^^^^^^^^ warning: `random_bytes` is made of the time
    hasher.finalize().to_vec()
}
fn generate_session_token(user: &str) -> String {
    let hash = Sha256::digest(format!("{}{}", user, ic_cdk::api::time()));
                                                  //^^^^^^^^^^^^^^^^^^^ warning: `generate_session_token`
    hex::encode(hash)
}
#[update]
fn token(user: String) -> String { random_bytes(); generate_session_token(&user) }

//- trap: hashes of the time that nobody takes for random, and true randomness beside the time
use sha2::{Digest, Sha256};
mod hex { pub fn encode(bytes: impl AsRef<[u8]>) -> String { bytes.as_ref().iter().map(|it| format!("{it:02x}")).collect() } }
#[update]
fn bucket() -> u64 { let day = ic_cdk::api::time() % 86_400; day }
fn new_id() -> String { hex::encode(Sha256::digest(ic_cdk::api::time().to_be_bytes())) }
#[update]
async fn random_number() -> u64 {
    let bytes = ic_cdk_management_canister::raw_rand().await.unwrap();
    new_id();
    (bytes[0] as u64 + ic_cdk::api::time()) % 6
}
