#include "ledger/intake/xml_part.h"

#include <expat.h>

#include <algorithm>
#include <utility>

#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

Reason document_type() {
  return {"XLSX_DTD",
          "工作簿中有文档类型声明（DTD），表格软件不会写入这种内容。请将需要的行复制到新的工作簿后"
          "提交。",
          "The workbook holds a document type declaration (DTD), which no spreadsheet program "
          "writes. Copy the rows into a new workbook and hand that in."};
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == pair[0]) return pair[1];
  }
  return std::nullopt;
}

std::optional<std::string_view> XmlAttributes::find_prefixed(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    const std::string_view full(pair[0]);
    const std::string_view local = without_prefix(full);
    if (local == name && local.size() < full.size()) return pair[1];
  }
  return std::nullopt;
}

XmlPart::XmlPart(ZipArchive& archive, std::string_view name, XmlHandler& handler)
    : archive_(archive), name_(name), handler_(handler), parser_(XML_ParserCreate(nullptr)) {
  invariant(parser_ != nullptr, "out of memory");
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, on_start, on_end);
  XML_SetCharacterDataHandler(parser_, on_text);
  XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
}

XmlPart::~XmlPart() { XML_ParserFree(parser_); }

Parsed<bool> XmlPart::parse() {
  invariant(!refusal_);
  if (!opened_) {
    if (const auto opened = archive_.open_part(name_); opened.has_error()) return opened.error();
    opened_ = true;
  }
  XML_Status status = XML_STATUS_OK;
  if (std::exchange(paused_, false)) status = XML_ResumeParser(parser_);
  while (status == XML_STATUS_OK && !last_step_) {
    if (token_too_long()) return workbook_damaged(name_);
    void* const buffer = XML_GetBuffer(parser_, xml_step_bytes);
    if (buffer == nullptr) return workbook_damaged(name_);
    const auto got = archive_.read({static_cast<char*>(buffer), std::size_t{xml_step_bytes}});
    if (got.has_error()) return got.error();
    given_bytes_ += *got;
    last_step_ = *got == 0;
    status = XML_ParseBuffer(parser_, static_cast<int>(*got), last_step_);
  }
  if (refusal_) return *refusal_;
  if (status == XML_STATUS_ERROR) return workbook_damaged(name_);
  return status == XML_STATUS_SUSPENDED;
}

bool XmlPart::token_too_long() const {
  // Before the first token expat answers -1.
  const auto parsed_bytes =
      static_cast<std::uint64_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser_), 0));
  return given_bytes_ - parsed_bytes > xml_token_bytes_max;
}

void XmlPart::pause() {
  if (refusal_) return;
  paused_ = XML_StopParser(parser_, XML_TRUE) == XML_STATUS_OK;
  invariant(paused_);
}

void XmlPart::refuse(Reason reason) {
  if (refusal_) return;
  refusal_ = std::move(reason);
  XML_StopParser(parser_, XML_FALSE);
}

void XmlPart::on_start(void* self, const char* name, const char** attributes) {
  auto& part = *static_cast<XmlPart*>(self);
  // Expat may deliver what belongs to the same tag after it was stopped.
  if (part.refusal_) return;
  if (++part.depth_ > xml_depth_max) return part.refuse_damaged();
  part.handler_.start(part, without_prefix(name), XmlAttributes(attributes));
}

void XmlPart::on_end(void* self, const char* name) {
  auto& part = *static_cast<XmlPart*>(self);
  if (part.refusal_) return;
  --part.depth_;
  part.handler_.end(part, without_prefix(name));
}

void XmlPart::on_text(void* self, const char* characters, int length) {
  auto& part = *static_cast<XmlPart*>(self);
  if (part.refusal_) return;
  part.handler_.text(part, {characters, static_cast<std::size_t>(length)});
}

void XmlPart::on_doctype(void* self, const char*, const char*, const char*, int) {
  static_cast<XmlPart*>(self)->refuse(document_type());
}

}  // namespace kinledger::ledger::intake
