#include "ledger/intake/text_decoder.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/ustring.h>

#include <algorithm>

#include "ledger/intake/row_source.h"
#include "ledger/intake/utf8.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

/// A converter that stops at the first invalid sequence instead of replacing it.
UConverter* strict_converter(const char* encoding) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(encoding, &status);
  invariant(U_SUCCESS(status), "ICU has a table for every encoding named in text_decoder.h");
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  invariant(U_SUCCESS(status));
  return converter;
}

/// Appends `bytes` in UTF-16 up to the first invalid sequence; false if there is one. Without
/// `last`, a sequence cut off at the end waits in the converter.
bool append_units(UConverter* converter, std::string_view bytes, bool last, std::u16string& units) {
  const std::size_t before = units.size();
  // No encoding here makes more than one unit of a byte; some room for what waited.
  units.resize(before + bytes.size() + 16);
  char16_t* target = units.data() + before;
  const char* source = bytes.data();
  UErrorCode status = U_ZERO_ERROR;
  ucnv_toUnicode(converter, &target, units.data() + units.size(), &source,
                 bytes.data() + bytes.size(), nullptr, last, &status);
  invariant(status != U_BUFFER_OVERFLOW_ERROR);
  units.resize(static_cast<std::size_t>(target - units.data()));
  return U_SUCCESS(status);
}

void append_as_utf8(std::u16string_view units, std::string& text) {
  const std::size_t before = text.size();
  text.resize(before + units.size() * 3);
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(text.data() + before, static_cast<std::int32_t>(units.size() * 3), &length,
              units.data(), static_cast<std::int32_t>(units.size()), &status);
  // A full target only lacks its terminating zero, which is not asked for.
  invariant(U_SUCCESS(status));
  text.resize(before + static_cast<std::size_t>(length));
}

}  // namespace

Parsed<std::unique_ptr<TextDecoder>> TextDecoder::open(std::unique_ptr<InputFile> file) {
  std::unique_ptr<TextDecoder> decoder(new TextDecoder(std::move(file)));
  const auto got = decoder->read(encoding_window_bytes);
  if (got.has_error()) return got.error();
  decoder->judge_encoding();
  if (decoder->pending_.empty()) return file_empty();
  return decoder;
}

TextDecoder::~TextDecoder() { ucnv_close(converter_); }

Parsed<std::size_t> TextDecoder::read(std::size_t bytes_max) {
  const std::size_t before = pending_.size();
  const auto wanted = std::min<std::uint64_t>(bytes_max, file_->remaining_bytes());
  pending_.resize(before + static_cast<std::size_t>(wanted));
  auto got = file_->read(std::span(pending_).subspan(before));
  all_read_ = file_->remaining_bytes() == 0;
  return got;
}

void TextDecoder::judge_encoding() {
  const auto skip_mark = [this](std::string_view mark) {
    if (!pending_.starts_with(mark)) return false;
    pending_.erase(0, mark.size());
    return true;
  };
  if (skip_mark("\xEF\xBB\xBF")) return;
  if (skip_mark("\xFF\xFE")) {
    converter_ = strict_converter("UTF-16LE");
    return;
  }
  if (skip_mark("\xFE\xFF")) {
    converter_ = strict_converter("UTF-16BE");
    return;
  }
  const std::string_view window = pending_;
  const std::size_t valid = utf8_valid_bytes(window);
  const bool cut_off = all_read_ && valid < window.size();
  if (utf8_may_continue(window.substr(valid)) && !cut_off) return;
  // Nearly any bytes are valid GB18030, also most damaged UTF-8, which would come out as nonsense.
  const auto starts_multibyte = [](char c) { return (c & 0xC0) == 0xC0; };
  const auto evidence = std::ranges::count_if(window.substr(0, valid), starts_multibyte);
  if (evidence < utf8_evidence_characters) converter_ = strict_converter("gb18030");
}

Parsed<Decoded> TextDecoder::append_to(std::string& text) {
  if (!fresh_) {
    const auto got = read(decoding_step_bytes);
    if (got.has_error()) return got.error();
  }
  fresh_ = false;
  return converter_ == nullptr ? append_utf8_to(text) : append_converted_to(text);
}

Decoded TextDecoder::append_utf8_to(std::string& text) {
  const std::size_t valid = utf8_valid_bytes(pending_);
  text.append(pending_, 0, valid);
  pending_.erase(0, valid);
  if (all_read_) return pending_.empty() ? Decoded::end : Decoded::wrong;
  return utf8_may_continue(pending_) ? Decoded::more : Decoded::wrong;
}

Decoded TextDecoder::append_converted_to(std::string& text) {
  units_.clear();
  const bool valid = append_units(converter_, pending_, all_read_, units_);
  append_as_utf8(units_, text);
  pending_.clear();
  if (!valid) return Decoded::wrong;
  return all_read_ ? Decoded::end : Decoded::more;
}

}  // namespace kinledger::ledger::intake
