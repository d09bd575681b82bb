//- an expression without its end (does not compile)
#[update]
fn half() { let total = (1 + ; }
                    //^^^^^^^^^^ information: The analysis of this file stopped at line 3

//- a function without its end (does not compile)
#[update]
    fn half() {
  //^^^^^^^^^^^ information: stopped at line 3
        begin();
#[query]
fn whole() -> u64 { 3 }

//- good
#[update]
fn whole() { begin(); }

//- trap: the last static of `thread_local!` needs no semicolon
thread_local! { static N: Cell<u64> = Cell::new(0) }
#[query]
fn count() -> u64 { N.get() }

//- trap: what other macros take is read by them
macro_rules! table { ($($name:ident = $value:expr;)*) => { $(const $name: u64 = $value;)* } }
table! { ONE = 1; TWO = 2; }
#[query]
fn count() -> u64 { ONE + TWO }
