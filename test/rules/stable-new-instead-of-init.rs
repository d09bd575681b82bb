//- statics that begin anew
use ic_stable_structures::{StableBTreeMap, StableCell, DefaultMemoryImpl};
thread_local! {
    static MAP: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::new(memory(0)));
                                                                                       //^^^ error: overwrites what its memory holds
    static CELL: RefCell<StableCell<u64, Memory>> = RefCell::new(StableCell::new(memory(1), 0).unwrap());
                                                                           //^^^ error: `init` opens what is there
}

//- good
use ic_stable_structures::{StableBTreeMap, StableCell};
thread_local! {
    static MAP: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
}

//- trap: a deliberate reset, a map in the heap, and memory that is none
use ic_stable_structures::StableBTreeMap;
struct StableMap;
impl StableMap { fn new() -> Self { StableMap } }
fn is_admin() -> Result<(), String> { Ok(()) }
thread_local! {
    static TREE: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static OWN: RefCell<StableMap> = RefCell::new(StableMap::new());
    static PLAY: RefCell<StableBTreeMap<u64, u64, VectorMemory>> = RefCell::new(StableBTreeMap::new(VectorMemory::default()));
}
#[update(guard = "is_admin")]
fn reset() { TREE.with(|it| *it.borrow_mut() = StableBTreeMap::new(memory(0))); }

//- under the name that the crate has for it
use ic_stable_structures::{BTreeMap as Map, MinHeap};
thread_local! {
    static QUEUE: RefCell<MinHeap<u64, Memory>> = RefCell::new(MinHeap::new(memory(0)));
                                                                      //^^^ error: `MinHeap::new` overwrites what its memory holds
}

//- trap: structures of the standard library
thread_local! {
    static TOTAL: Cell<u64> = Cell::new(0);
    static NAMES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new());
}

//- trap: structures that take the id and open what is there
use ic_stable_structures::{MemoryId, StableCell};
const CONFIG_MEMORY_ID: MemoryId = MemoryId::new(0);
thread_local! { static CONFIG: RefCell<StableCell<u64>> = RefCell::new(StableCell::new(CONFIG_MEMORY_ID, 0).expect("opened")); }

//- trap: a crate of the same name whose `new` opens what is there
use ic_stable_structures::{CellStructure, StableCell};
thread_local! { static CONFIG: RefCell<StableCell<u64, Memory>> = RefCell::new(StableCell::new(memory(0), 0).expect("opened")); }
