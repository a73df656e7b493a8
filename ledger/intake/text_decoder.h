// The bytes of a text file as UTF-8, piece by piece. The encoding is told by the byte order mark
// or else by the first window of the file:
//
//   EF BB BF        UTF-8
//   FF FE, FE FF    UTF-16, least or most significant byte first (Excel's "Unicode text")
//   none, valid     UTF-8
//   none, valid up to and with utf8_evidence_characters beyond ASCII: UTF-8, damaged
//   none, else      GB18030, of which GBK and GB 2312 are parts (what Chinese Excel and WPS save
//                   as CSV)
//
// Codes that GB 18030-2022 gave to other
// characters than the 2005 edition arrive as the private-use characters of 2005: the table is
// ICU's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/intake/input_file.h"
#include "ledger/refusal.h"

struct UConverter;

namespace kinledger::ledger::intake {

/// Bytes from which the encoding is judged if there is no byte order mark.
inline constexpr std::size_t encoding_window_bytes = std::size_t{1} << 20;
/// GB18030 text looks like this many characters of UTF-8 in a row only by a rare accident.
inline constexpr int utf8_evidence_characters = 8;
/// Bytes read from the file at a time after the window.
inline constexpr std::size_t decoding_step_bytes = std::size_t{1} << 18;

/// What came of one step.
enum class Decoded {
  more,   ///< there may be more text
  end,    ///< that was all
  wrong,  ///< what follows the text appended so far is not valid in the encoding of the file
};

/// One thread at a time.
class TextDecoder {
 public:
  /// Reads the first window. Refused: FILE_EMPTY, FILE_UNREADABLE.
  static Parsed<std::unique_ptr<TextDecoder>> open(std::unique_ptr<InputFile> file);

  TextDecoder(const TextDecoder&) = delete;
  TextDecoder& operator=(const TextDecoder&) = delete;
  ~TextDecoder();

  /// Appends the next piece, valid UTF-8 in whole code points, to `text`. Refused:
  /// FILE_UNREADABLE. Precondition: the answer before was `more`.
  Parsed<Decoded> append_to(std::string& text);

 private:
  explicit TextDecoder(std::unique_ptr<InputFile> file) : file_(std::move(file)) {}

  Parsed<std::size_t> read(std::size_t bytes_max);
  void judge_encoding();
  Decoded append_utf8_to(std::string& text);
  Decoded append_converted_to(std::string& text);

  std::unique_ptr<InputFile> file_;
  /// Bytes of the file not yet decoded: before the first step the window, later a step's worth.
  std::string pending_;
  bool fresh_ = true;  ///< `pending_` is still the window
  bool all_read_ = false;
  UConverter* converter_ = nullptr;  ///< owned; none for UTF-8
  std::u16string units_;             ///< between file and UTF-8, kept for its memory
};

}  // namespace kinledger::ledger::intake
