#include "ledger/base64.h"

#include <openssl/evp.h>

namespace kinledger::ledger {

std::string to_base64(ByteView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // One byte more is written behind the text, where the string keeps its own.
  EVP_EncodeBlock(reinterpret_cast<std::uint8_t*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3);
  const auto decoded =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const std::uint8_t*>(text.data()),
                      static_cast<int>(text.size()));
  if (decoded != static_cast<int>(bytes.size())) return std::nullopt;
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  bytes.resize(bytes.size() - padding);
  // The decoder lets some spellings of the same bytes pass.
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace kinledger::ledger
