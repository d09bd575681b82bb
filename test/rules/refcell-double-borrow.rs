//- what a match looks at stays borrowed in its arms
thread_local! { static FRAMES: RefCell<HashMap<u64, u64>> = RefCell::default(); }
#[update]
fn lend(id: u64) -> bool {
    FRAMES.with(|map| match map.borrow().get(&id) {
        Some(_) => {
            map.borrow_mut().insert(id, 1);
          //^^^^^^^^^^^^^^^^ error: `FRAMES` is still borrowed here: borrowing it again traps with a BorrowMutError
            true
        }
        None => false,
    })
}

//- so does what `if let` and `while let` look at
thread_local! { static QUEUE: RefCell<Vec<u64>> = RefCell::default(); }
#[update]
fn touch(id: u64) {
    QUEUE.with(|queue| {
        if let Some(last) = queue.borrow_mut().pop() {
            queue.borrow_mut().push(last + id);
          //^^^^^^^^^^^^^^^^^^ error: `QUEUE` is still borrowed mutably here
        }
        while let Some(next) = queue.borrow().first() {
            queue.borrow_mut().remove(0);
          //^^^^^^^^^^^^^^^^^^ error: `QUEUE` is still borrowed here
        }
        for it in queue.borrow().iter() {
            queue.borrow_mut().push(*it);
          //^^^^^^^^^^^^^^^^^^ error: `QUEUE` is still borrowed here
        }
    });
}

//- arguments, and both sides of an assignment
thread_local! { static LIST: RefCell<Vec<u64>> = RefCell::default(); }
#[update]
fn add() {
    LIST.with(|it| it.borrow_mut().push(it.borrow().len() as u64));
                                      //^^^^^^^^^^^ error: traps with a BorrowError
    LIST.with(|it| *it.borrow_mut() = it.borrow().clone());
                  //^^^^^^^^^^^^^^^ error: `LIST` is still borrowed here
    LIST.with(|it| { it.replace(it.borrow().clone()); });
                   //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `LIST` is still borrowed here
    LIST.with(|it| it.borrow().len() + it.borrow_mut().pop().map_or(0, |_| 1));
                                     //^^^^^^^^^^^^^^^ error: `LIST` is still borrowed here
    LIST.with(|it| match it.borrow().len() { n if it.borrow_mut().pop().is_some() => n, n => n });
                                                //^^^^^^^^^^^^^^^ error: `LIST` is still borrowed here
}

//- a method of `self`, and a function that calls itself
thread_local! { static LOG: RefCell<Vec<u64>> = RefCell::default(); }
struct Log;
impl Log {
    fn size(&self) -> usize { LOG.with_borrow(|it| it.len()) }
    fn note(&self) {
        LOG.with_borrow_mut(|it| it.push(self.size() as u64));
                                            //^^^^ error: while `size` borrows it
    }
}
fn trim() {
    LOG.with(|it| if let Some(last) = it.borrow_mut().pop() { if last > 3 { trim() } });
                                                                          //^^^^ error: while `trim` borrows it
}

//- a guard in a variable
thread_local! { static TOTALS: RefCell<Totals> = RefCell::default(); }
#[update]
fn add(n: u64) {
    TOTALS.with(|totals| {
        let mut open = totals.borrow_mut();
        open.sum += n;
        if open.sum > 10 {
            TOTALS.with_borrow(|it| it.sum);
          //^^^^^^^^^^^^^^^^^^ error: `TOTALS` is still borrowed mutably here
        }
        TOTALS.set(Totals::default());
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: BorrowMutError
    });
}

//- a function that is called meanwhile
thread_local! { static COMMENTS: RefCell<HashMap<u64, u64>> = RefCell::default(); }
fn is_owner(id: u64) -> bool {
    COMMENTS.with_borrow(|it| it.contains_key(&id))
}
fn may(id: u64) -> bool {
    is_owner(id)
}
#[update]
fn remove(id: u64) {
    COMMENTS.with_borrow_mut(|comments| {
        if is_owner(id) {
         //^^^^^^^^ error: `COMMENTS` is still borrowed mutably while `is_owner` borrows it: borrowing it again traps with a BorrowError
            comments.remove(&id);
        }
        comments.retain(|_, it| may(*it));
                              //^^^ error: while `may` borrows it by way of `is_owner`
    });
}

//- a function that borrows on some of its ways only
thread_local! { static NAMES: RefCell<Vec<u64>> = RefCell::default(); }
fn refresh(now: bool) {
    if now { NAMES.with_borrow_mut(|it| it.clear()); }
}
#[update]
fn rename(now: bool) {
    NAMES.with_borrow(|names| {
        refresh(now);
      //^^^^^^^ warning: while `refresh` borrows it, on some of its ways
        names.len();
    });
}

//- helpers that lend state
thread_local! { static STATE: RefCell<Totals> = RefCell::default(); }
fn mutate_state<R>(f: impl FnOnce(&mut Totals) -> R) -> R {
    STATE.with(|it| f(&mut it.borrow_mut()))
}
fn read_state<R>(f: impl FnOnce(&Totals) -> R) -> R {
    STATE.with_borrow(f)
}
fn change<R>(f: impl FnOnce(&mut Totals) -> R) -> R {
    mutate_state(f)
}
#[update]
fn add() {
    mutate_state(|it| { it.sum += read_state(|other| other.sum); });
                                //^^^^^^^^^^ error: `STATE` is still borrowed mutably while `read_state` borrows it
    change(|it| it.sum = STATE.with(|other| other.borrow().sum));
                                          //^^^^^^^^^^^^^^ error: `STATE` is still borrowed mutably here
}
#[query]
fn twice() -> u64 {
    read_state(|it| read_state(|other| it.sum + other.sum))
}

//- locks
static TABLE: std::sync::RwLock<Vec<u64>> = std::sync::RwLock::new(Vec::new());
static NEXT: std::sync::Mutex<u64> = std::sync::Mutex::new(0);
fn next() -> u64 { *NEXT.lock().unwrap() }
#[update]
fn add() {
    let mut table = TABLE.write().unwrap();
    table.push(TABLE.read().unwrap().len() as u64);
             //^^^^^^^^^^^^ error: `TABLE` is still locked here: taking its lock again traps
    drop(table);
    let mut open = NEXT.lock().unwrap();
    *open = next();
          //^^^^ error: `NEXT` is still locked while `next` borrows it
}

//- good
thread_local! { static FRAMES: RefCell<HashMap<u64, u64>> = RefCell::default(); }
#[update]
fn lend(id: u64) -> bool {
    let found = FRAMES.with(|map| map.borrow().get(&id).copied());
    match found {
        Some(_) => FRAMES.with(|map| { map.borrow_mut().insert(id, 1); true }),
        None => false,
    }
}

//- trap: shared borrows go together
thread_local! { static LIST: RefCell<Vec<u64>> = RefCell::default(); }
static TABLE: std::sync::RwLock<Vec<u64>> = std::sync::RwLock::new(Vec::new());
fn size() -> usize { LIST.with_borrow(|it| it.len()) }
#[query]
fn sum() -> usize {
    let table = TABLE.read().unwrap();
    let other = TABLE.read().unwrap();
    LIST.with(|it| it.borrow().len() + it.borrow().len() + size()) + table.len() + other.len()
}

//- trap: the borrow is over
thread_local! { static LIST: RefCell<Vec<u64>> = RefCell::default(); }
struct Keeper { kept: u64 }
fn take<T>(_it: T) {}
#[update]
fn add(id: u64) {
    LIST.with(|it| {
        let last = it.borrow().last().cloned();
        let first = it.borrow()[0];
        let open = it.borrow_mut();
        drop(open);
        { let inner = it.borrow_mut(); inner.len(); }
        let moved = it.borrow_mut();
        take(moved);
        take(it.borrow_mut());
        let other = it.borrow_mut();
        let again = other;
        drop(again);
        if it.borrow().is_empty() { it.borrow_mut().push(id); }
        if it.borrow().is_empty() || it.borrow_mut().pop().is_some() { it.borrow_mut().push(first); }
        let n = if it.borrow().len() > 3 { it.borrow_mut().len() } else { 1 };
        while it.borrow().len() > n { it.borrow_mut().pop(); }
        assert!(it.borrow().len() < 9);
        let Some(one) = it.borrow().first().copied() else { it.borrow_mut().push(1); return; };
        match last { Some(two) if it.borrow().contains(&two) => it.borrow_mut().push(one), _ => {} }
        let size = it.borrow().len();
        it.borrow_mut().truncate(size);
        let text = format!("{}", it.borrow().len());
        it.borrow_mut().push(text.len() as u64);
        let keeper = Keeper { kept: it.borrow()[0] };
        it.borrow_mut().push(keeper.kept);
    });
}

//- trap: a lock whose guard ends within its `match`, or lies in something that ends
static TABLE: std::sync::Mutex<Vec<u64>> = std::sync::Mutex::new(Vec::new());
#[update]
fn add(id: u64) {
    match TABLE.lock() {
        Ok(mut table) => {
            table.push(id);
            drop(table);
            TABLE.lock().unwrap().push(id);
        }
        Err(_) => {}
    }
    TABLE.lock().map(|table| { drop(table); TABLE.lock().unwrap().len() }).unwrap_or(0);
    let table = TABLE.lock().unwrap();
    let kept = Some(table);
    drop(kept);
    TABLE.lock().unwrap().push(id);
}

//- a helper that has borrowed at one of two places where it calls what it is given
thread_local! { static CACHE: RefCell<Vec<u64>> = RefCell::default(); }
fn cached(now: bool, f: impl Fn() -> u64) -> u64 {
    if now { f() } else { CACHE.with_borrow(|it| f() + it.len() as u64) }
}
#[update]
fn add(now: bool) -> u64 {
    cached(now, || { CACHE.with_borrow_mut(|it| it.push(1)); 1 })
                   //^^^^^^^^^^^^^^^^^^^^^ warning: `CACHE` may still be borrowed here
}

//- trap: ways that exclude each other
thread_local! { static LIST: RefCell<Vec<u64>> = RefCell::default(); }
#[update]
fn add(id: u64) {
    LIST.with(|it| match id {
        0 => { let open = it.borrow_mut(); open.len(); }
        1 => { it.borrow_mut().push(id); }
        _ => if id > 3 { it.borrow_mut().push(1) } else { it.borrow_mut().push(2) },
    });
    LIST.with(|it| {
        if let Some(last) = it.borrow().last() { last.count_ones(); } else { it.borrow_mut().push(id); }
    });
}

//- trap: other cells
thread_local! {
    static ONE: RefCell<Vec<u64>> = RefCell::default();
    static TWO: RefCell<Vec<u64>> = RefCell::default();
    static MANY: Vec<RefCell<u64>> = Vec::new();
    static DEEP: RefCell<HashMap<u64, std::rc::Rc<RefCell<u64>>>> = RefCell::default();
    static BOTH: (RefCell<u64>, RefCell<u64>) = Default::default();
    static PLAIN: std::cell::Cell<u64> = Default::default();
}
struct Shared { one: std::rc::Rc<RefCell<u64>>, two: std::rc::Rc<RefCell<u64>> }
impl Shared { fn with<R>(&self, f: impl FnOnce(&Self) -> R) -> R { f(self) } }
fn add(id: u64, shared: Shared, given: &RefCell<u64>, other: &RefCell<u64>) {
    *given.borrow_mut() += *other.borrow();
    ONE.with_borrow_mut(|one| TWO.with_borrow_mut(|two| one.append(two)));
    MANY.with(|it| { let mut a = it[0].borrow_mut(); *a += *it[1].borrow(); });
    DEEP.with_borrow_mut(|it| { let a = it[&0].clone(); *a.borrow_mut() += 1; it.get(&id).unwrap().borrow_mut(); });
    BOTH.with(|(a, b)| *a.borrow_mut() += *b.borrow());
    PLAIN.with(|it| it.set(it.replace(1)));
    shared.with(|it| { let a = it.one.borrow_mut(); it.two.borrow_mut(); drop(a) });
}

//- trap: what does not run now
thread_local! { static STATE: RefCell<Vec<u64>> = RefCell::default(); }
fn later<F: FnOnce() + 'static>(f: F) { ic_cdk::futures::spawn(async move { f() }); }
fn each<F: Fn(u64) -> R, R: std::future::Future<Output = ()>>(f: F) -> Vec<R> { STATE.with_borrow(|it| it.iter().map(|id| f(*id)).collect()) }
async fn clear() { STATE.with_borrow_mut(|it| it.clear()); }
#[update]
fn add(id: u64) {
    let waiting = each(async |it| STATE.with_borrow_mut(|state| state.push(it)));
    let more = each(|it| async move { STATE.with_borrow_mut(|state| state.push(it)) });
    STATE.with_borrow_mut(|it| {
        ic_cdk::futures::spawn(async move { STATE.with_borrow_mut(|it| it.push(id)); });
        ic_cdk::futures::spawn(clear());
        ic_cdk_timers::set_timer(std::time::Duration::from_secs(1), async { STATE.with_borrow_mut(|it| it.clear()); });
        later(move || STATE.with_borrow_mut(|it| it.push(id)));
        let f = move || STATE.with_borrow_mut(|it| it.push(id));
        let boxed: Box<dyn Fn()> = Box::new(|| STATE.with_borrow_mut(|it| it.clear()));
        fn inner() { STATE.with_borrow_mut(|it| it.clear()); }
        let waiting = clear();
        it.push(1);
    });
}

//- trap: it is asked before, or another crate's method has the name
thread_local! { static STATE: RefCell<Vec<u64>> = RefCell::default(); }
struct Log;
impl Log { fn capacity(&self) -> usize { STATE.with_borrow(|it| it.len()) } }
#[update]
fn add(id: u64, other: Vec<u64>) {
    STATE.with(|it| {
        let mut open = it.borrow_mut();
        if let Ok(mut again) = it.try_borrow_mut() { again.push(id); }
        open.push(other.capacity() as u64);
    });
}
