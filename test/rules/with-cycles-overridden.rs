//- cycles, arguments, timeouts
#[update]
async fn pay(a: u128, b: u128) {
    Call::bounded_wait(shop(), "pay").with_cycles(a).with_cycles(b).await.ok();
                                    //^^^^^^^^^^^^^^ warning: What `with_cycles` sets is lost
    Call::bounded_wait(shop(), "pay").with_arg(a).with_arg(b).await.ok();
                                    //^^^^^^^^^^^ warning: Send several arguments with one
    Call::unbounded_wait(shop(), "pay").with_args(&(a, b)).with_cycles(b).with_raw_args(&[]).await.ok();
                                      //^^^^^^^^^^^^^^^^^^ warning: `with_raw_args` sets it again
    Call::bounded_wait(shop(), "pay").change_timeout(3).change_timeout(4).oneway().ok();
                                    //^^^^^^^^^^^^^^^^^ warning: Set it once.
}

//- good
#[update]
async fn pay(a: u128, b: u128) {
    Call::bounded_wait(shop(), "pay").with_cycles(a + b).with_args(&(a, b)).await.ok();
}

//- trap: another call, and the response's methods
trait WithArgument: Sized { fn with_arg(self, _: u128) -> Self { self } }
impl WithArgument for ic_cdk::call::Response {}
impl WithArgument for u128 {}
fn price() -> u128 { 5 }
#[update]
async fn pay(a: u128) {
    Call::bounded_wait(shop(), "pay").with_arg(a).await.map(|it| it.with_arg(a)).ok();
    Call::bounded_wait(shop(), "pay").with_arg(price().with_arg(a)).await.ok();
}
