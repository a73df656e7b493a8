// One XML part of a workbook, parsed as it is inflated (expat). A document type declaration is
// refused, so that the only entities are the five of XML and numeric ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/intake/zip_archive.h"
#include "ledger/refusal.h"

struct XML_ParserStruct;

namespace kinledger::ledger::intake {

inline constexpr std::size_t xml_depth_max = 64;
/// One tag, comment or other piece that expat keeps whole.
inline constexpr std::uint64_t xml_token_bytes_max = std::uint64_t{1} << 20;
inline constexpr int xml_step_bytes = 1 << 16;

class XmlPart;

/// The attributes of one element. Borrows; valid during the call only.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* names_and_values) : pairs_(names_and_values) {}

  /// Value of the attribute of that name without a prefix.
  std::optional<std::string_view> find(std::string_view name) const;
  /// Value of the attribute of that name with a prefix, whichever: `r:id` for "id".
  std::optional<std::string_view> find_prefixed(std::string_view name) const;

 private:
  const char* const* pairs_;
};

/// What a part means. Elements come by their names without prefix: workbooks of different programs
/// differ in prefixes and in namespaces (transitional and strict), not in names.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(XmlPart& part, std::string_view element, const XmlAttributes& attributes) = 0;
  virtual void end(XmlPart& part, std::string_view element) = 0;
  /// Character data, in pieces.
  virtual void text(XmlPart& part, std::string_view characters) = 0;
};

/// One thread at a time. `archive` and `handler` are borrowed.
class XmlPart {
 public:
  XmlPart(ZipArchive& archive, std::string_view name, XmlHandler& handler);
  XmlPart(const XmlPart&) = delete;
  XmlPart& operator=(const XmlPart&) = delete;
  ~XmlPart();

  /// Parses on until the handler asks for a pause: true, or to the end of the part: false. Refused:
  /// what the handler refuses, XLSX_DTD, XLSX_DAMAGED, and whatever ZipArchive refuses. Not to be
  /// called again after the end or a refusal.
  Parsed<bool> parse();

  /// For the handler: stop after this element; the next parse() goes on behind it.
  void pause();
  /// For the handler: stop here. The first refusal counts.
  void refuse(Reason reason);
  /// For the handler: the part contradicts its format.
  void refuse_damaged() { refuse(workbook_damaged(name_)); }

 private:
  static void on_start(void* self, const char* name, const char** attributes);
  static void on_end(void* self, const char* name);
  static void on_text(void* self, const char* characters, int length);
  static void on_doctype(void* self, const char*, const char*, const char*, int);

  bool token_too_long() const;

  ZipArchive& archive_;
  std::string name_;
  XmlHandler& handler_;
  XML_ParserStruct* parser_;
  bool opened_ = false;
  bool paused_ = false;
  bool last_step_ = false;  ///< expat was given the end of the part
  std::uint64_t given_bytes_ = 0;
  std::size_t depth_ = 0;
  std::optional<Reason> refusal_;
};

}  // namespace kinledger::ledger::intake
