//! Kernels of different kinds for the metering benchmark: each is an update method without argument and reply, so that
//! the same module runs plain on V8 and through the engine. No dependencies, no System API.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;

fn next(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

const ROUND_CONSTANTS: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
];

fn compress(state: &mut [u32; 8], block: &[u8]) {
    let mut words = [0u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    for i in 16..64 {
        let s0 = words[i - 15].rotate_right(7) ^ words[i - 15].rotate_right(18) ^ (words[i - 15] >> 3);
        let s1 = words[i - 2].rotate_right(17) ^ words[i - 2].rotate_right(19) ^ (words[i - 2] >> 10);
        words[i] = words[i - 16].wrapping_add(s0).wrapping_add(words[i - 7]).wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for i in 0..64 {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(ROUND_CONSTANTS[i]).wrapping_add(words[i]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(s0.wrapping_add(majority)));
    }
    for (word, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(value);
    }
}

#[export_name = "canister_update sha256"]
extern "C" fn sha256() {
    let data = black_box(vec![0xa5u8; 1 << 20]);
    let mut state = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];
    for block in data.chunks_exact(64) {
        compress(&mut state, block);
    }
    black_box(state);
}

#[export_name = "canister_update btree_map"]
extern "C" fn btree_map() {
    let mut seed = 88172645463325252;
    let mut map = BTreeMap::new();
    for i in 0..30_000u64 {
        map.insert(next(&mut seed) % 20_000, i);
    }
    let mut sum = 0u64;
    for _ in 0..30_000 {
        sum = sum.wrapping_add(map.get(&(next(&mut seed) % 20_000)).copied().unwrap_or(1));
    }
    black_box((sum, map.len()));
}

#[derive(Default)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100000001b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[export_name = "canister_update hash_map"]
extern "C" fn hash_map() {
    let mut words: HashMap<String, u32, BuildHasherDefault<Fnv>> = HashMap::default();
    let mut seed = 88172645463325252;
    for _ in 0..40_000 {
        *words.entry(format!("word{}", next(&mut seed) % 3_000)).or_default() += 1;
    }
    black_box(words.len());
}

#[export_name = "canister_update matrix"]
extern "C" fn matrix() {
    const N: usize = 128;
    let a: Vec<f64> = (0..N * N).map(|i| (i % 7) as f64).collect();
    let b: Vec<f64> = (0..N * N).map(|i| (i % 11) as f64).collect();
    let mut c = vec![0f64; N * N];
    for i in 0..N {
        for k in 0..N {
            let factor = a[i * N + k];
            for j in 0..N {
                c[i * N + j] += factor * b[k * N + j];
            }
        }
    }
    black_box(c);
}

enum Json {
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Record(Vec<(String, Json)>),
}

fn parse(text: &[u8], at: &mut usize) -> Json {
    match text[*at] {
        b'[' => {
            let mut items = Vec::new();
            *at += 1;
            while text[*at] != b']' {
                items.push(parse(text, at));
                if text[*at] == b',' {
                    *at += 1;
                }
            }
            *at += 1;
            Json::List(items)
        }
        b'{' => {
            let mut fields = Vec::new();
            *at += 1;
            while text[*at] != b'}' {
                let Json::Text(name) = parse(text, at) else { panic!() };
                *at += 1;
                fields.push((name, parse(text, at)));
                if text[*at] == b',' {
                    *at += 1;
                }
            }
            *at += 1;
            Json::Record(fields)
        }
        b'"' => {
            let start = *at + 1;
            *at = start;
            while text[*at] != b'"' {
                *at += 1;
            }
            *at += 1;
            Json::Text(String::from_utf8_lossy(&text[start..*at - 1]).into_owned())
        }
        _ => {
            let mut value = 0f64;
            while text[*at].is_ascii_digit() {
                value = value * 10.0 + f64::from(text[*at] - b'0');
                *at += 1;
            }
            Json::Number(value)
        }
    }
}

fn weigh(value: &Json) -> f64 {
    match value {
        Json::Number(number) => *number,
        Json::Text(text) => text.len() as f64,
        Json::List(items) => items.iter().map(weigh).sum(),
        Json::Record(fields) => fields.iter().map(|(name, value)| name.len() as f64 + weigh(value)).sum(),
    }
}

#[export_name = "canister_update json"]
extern "C" fn json() {
    let mut text = String::from("[");
    for i in 0..2_000 {
        text += &format!("{{\"id\":{i},\"name\":\"item number {i}\",\"tags\":[\"a\",\"bc\",\"def\"],\"price\":{}}},", i * 7);
    }
    text.pop();
    text.push(']');
    for _ in 0..4 {
        black_box(weigh(&parse(black_box(text.as_bytes()), &mut 0)));
    }
}

#[export_name = "canister_update copy"]
extern "C" fn copy() {
    let source = black_box(vec![1u8; 1 << 16]);
    let mut target = vec![0u8; 1 << 16];
    for i in 0..400 {
        let size = 1 + (i * 163) % (1 << 16);
        target[..size].copy_from_slice(&source[..size]);
        for chunk in target.chunks_mut(48).take(600) {
            chunk[0] = chunk[0].wrapping_add(i as u8);
        }
    }
    black_box(target);
}

#[export_name = "canister_update sieve"]
extern "C" fn sieve() {
    const N: usize = 1_000_000;
    let mut composite = vec![false; N];
    for i in 2..1_000 {
        if !composite[i] {
            let mut multiple = i * i;
            while multiple < N {
                composite[multiple] = true;
                multiple += i;
            }
        }
    }
    black_box(composite.iter().filter(|it| !**it).count());
}

#[inline(never)]
fn fib(n: u32) -> u32 {
    if n < 2 {
        n
    } else {
        fib(n - 1) + fib(n - 2)
    }
}

#[export_name = "canister_update fibonacci"]
extern "C" fn fibonacci() {
    black_box(fib(black_box(27)));
}

#[export_name = "canister_update sort"]
extern "C" fn sort() {
    let mut seed = 88172645463325252;
    let mut values: Vec<u64> = (0..60_000).map(|_| next(&mut seed)).collect();
    values.sort_unstable();
    let mut names: Vec<String> = (0..6_000).map(|_| next(&mut seed).to_string()).collect();
    names.sort();
    black_box((values, names));
}
