//- state
static mut STATE: Option<State> = None;
         //^^^^^ warning: undefined behaviour
fn state() -> &'static mut State { unsafe { STATE.as_mut().unwrap() } }

//- good
thread_local! { static STATE: RefCell<State> = RefCell::new(State::new()); }

//- trap: a buffer, and no state
static mut BUFFER: [u8; 4096] = [0; 4096];
static NAME: &str = "static mut";
