// The text of a shared or inline string (CT_Rst of ECMA-376 part 1, 18.4.8): one `t`, or runs `r`
// with a `t` each, put together. Phonetic guides (`rPh`), which repeat the text in another script,
// are left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ledger/intake/xlsx_values.h"

namespace kinledger::ledger::intake {

/// Fed with what is inside an `si` or `is` element. Appends to a string that it borrows.
class RichText {
 public:
  explicit RichText(std::string& text) : text_(text) {}

  void start(std::string_view element) {
    if (element == "rPh") ++phonetic_depth_;
    run_.clear();  // of a `t` that held another element, which no format allows
    in_run_ = element == "t" && phonetic_depth_ == 0;
  }

  void characters(std::string_view characters) {
    if (in_run_) run_ += characters;
  }

  void end(std::string_view element) {
    if (element == "rPh") --phonetic_depth_;
    if (!in_run_) return;
    // Run by run: an escape never reaches from one into the next.
    append_unescaped(run_, text_);
    run_.clear();
    in_run_ = false;
  }

 private:
  std::string& text_;
  std::string run_;
  std::size_t phonetic_depth_ = 0;
  bool in_run_ = false;
};

}  // namespace kinledger::ledger::intake
