/** Symbols of Rust as people read them; expectations are what the compiler's own tools print, without hashes. */
import { describe, expect, test } from "vitest";
import { readableName } from "../../../server/src/engine/embedder/rustNames.ts";

describe("names of Rust functions", () => {
  const cases: Readonly<Record<string, string>> = {
    _ZN3ic03sys9msg_reply17h0f7d3617770d2f2bE: "ic0::sys::msg_reply",
    _ZN13unicode_width5props25is_transparent_zero_width28_$u7b$$u7b$closure$u7d$$u7d$17h3b3708e33bf03178E:
      "unicode_width::props::is_transparent_zero_width::{{closure}}",
    "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h0123456789abcdefE":
      "<Test + 'static as foo::Bar<Test>>::bar",
    _RNvNtNtCs1ylGHjWQK3y_3std3sys9backtrace15output_filename: "std::sys::backtrace::output_filename",
    "_RNvXsq_NtCsedyRLNjWtxJ_5alloc6stringNtB5_6StringNtNtCsb8fk63otTnQ_4core3fmt7Display3fmt.937":
      "<alloc::string::String as core::fmt::Display>::fmt",
    _RNvYNtNtCsedyRLNjWtxJ_5alloc6string6StringNtNtCsb8fk63otTnQ_4core3fmt5Write9write_fmtCs1ylGHjWQK3y_3std:
      "<alloc::string::String as core::fmt::Write>::write_fmt",
    _RNvXs1g_NtCsb8fk63otTnQ_4core3fmtRbNtB6_5Debug3fmtCs1ylGHjWQK3y_3std: "<&bool as core::fmt::Debug>::fmt",
    _RINvNtCsb8fk63otTnQ_4core3ptr13drop_in_placeNCNvXs4_NtCs1ylGHjWQK3y_3std9backtraceNtBO_9BacktraceNtNtB4_3fmt7Display3fmt0EBQ_:
      "core::ptr::drop_in_place::<<std::backtrace::Backtrace as core::fmt::Display>::fmt::{closure#0}>",
    _RNCNvXs4_NtCs1ylGHjWQK3y_3std9backtraceNtB7_9BacktraceNtNtCsb8fk63otTnQ_4core3fmt7Display3fmt0B9_:
      "<std::backtrace::Backtrace as core::fmt::Display>::fmt::{closure#0}",
    _RMC0INtC8arrayvec8ArrayVechKj7b_E: "<arrayvec::ArrayVec<u8, 123>>",
    _RIC8arrayvecTDG_INtC5alloc3BoxhEp6OutputSjEL_EE: "arrayvec::<(dyn alloc::Box<u8, Output = [usize]>,)>",
  };
  test.each(Object.entries(cases))("%s", (symbol, name) => {
    expect(readableName(symbol)).toBe(name);
  });

  test("what is none stays as it is", () => {
    for (const symbol of [
      "memcmp",
      "__multi3",
      "_ZN",
      "_ZN3fooE3",
      "_ZN10too_shortE",
      "_R",
      "_RNvC",
      "_RB_",
      "_Rust",
    ]) {
      expect(readableName(symbol)).toBe(symbol);
    }
  });

  test("symbols that refer to themselves end", () => {
    expect(readableName("_RNvB_1x")).toBe("_RNvB_1x");
    const deep = `_RM_C1a${"R".repeat(10_000)}e`;
    expect(readableName(deep)).toBe(deep);
  });
});
