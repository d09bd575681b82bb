//- state
struct State { count: u64 }
static mut STATE: Option<State> = None;
         //^^^^^ warning: undefined behaviour
fn state() -> &'static mut State { unsafe { STATE.as_mut().unwrap() } }

//- good
struct State { count: u64 }
impl State { fn new() -> Self { State { count: 0 } } }
thread_local! { static STATE: RefCell<State> = RefCell::new(State::new()); }

//- trap: a buffer, and no state
static mut BUFFER: [u8; 4096] = [0; 4096];
static NAME: &str = "static mut";

//- a counter, public, in a module; beside buffers
pub static mut COUNT: u64 = 0;
             //^^^^^ warning: Two references to `COUNT` at once
mod inner { pub(crate) static mut NAMES: Vec<String> = Vec::new(); }
                                //^^^^^ warning: Keep it in a `thread_local!`
pub(crate) static mut PAGE: [u8; 1 << 12] = [0; 1 << 12];
static mut HEAP: core::mem::MaybeUninit<[u64; 512]> = core::mem::MaybeUninit::uninit();

//- trap: of the host only, of tests, and in a comment or a macro's text
#[cfg(not(target_arch = "wasm32"))]
static mut HOST: u64 = 0;
#[cfg(test)]
mod tests { static mut SEEN: u64 = 0; }
// static mut OLD: u64 = 0;
thread_local! { static STATE: RefCell<Vec<String>> = RefCell::new(vec!["static mut".into()]); }
fn told() -> &'static str { "static mut STATE: u64 = 0;" }
