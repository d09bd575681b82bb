/** Bodies of functions go where only declarations are wanted; all else stays, wherever it stands. */
import { describe, expect, test } from "vitest";
import { withoutFunctionBodies } from "../../server/src/rust/functionBodies.ts";

describe("what is left", () => {
  test.each([
    ["fn a() { b(); }", "fn a() {      }"],
    [
      "impl A { fn a(&self) -> [u8; 3] { x } type B = C; fn b(); }",
      "impl A { fn a(&self) -> [u8; 3] {   } type B = C; fn b(); }",
    ],
    ["fn a<T>(x: [u8; { 3 }]) where T: Fn(u8) -> u8 { { } }", "fn a<T>(x: [u8; { 3 }]) where T: Fn(u8) -> u8 {     }"],
    [
      "fn a() /* { */ { '}'; /* } /* */ */ } // {\nstruct B { c: u8 }",
      "fn a() /* { */ {                    } // {\nstruct B { c: u8 }",
    ],
    ['fn a() { "}" } fn b() { r#"}"# }', "fn a() {     } fn b() {        }"],
    ["type A = fn(u8) -> u8; struct B { c: u8 }", "type A = fn(u8) -> u8; struct B { c: u8 }"],
    ["trait A { fn a(&self); fn b(&self) { c } }", "trait A { fn a(&self); fn b(&self) {   } }"],
    ['const A: &str = "fn a() { b }"; // fn c() { d }', 'const A: &str = "fn a() { b }"; // fn c() { d }'],
    ["fn a() { b } fn c() { {", "fn a() {   } fn c() { {"],
    ["fn a(", "fn a("],
    ["fn a )", "fn a )"],
  ])("%s", (text, rest) => expect(withoutFunctionBodies(text)).toBe(rest));
});
