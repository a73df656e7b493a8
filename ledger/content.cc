#include "ledger/content.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>

#include "ledger/crypto.h"

namespace kinledger::ledger {
namespace {

/// Appends parts, each behind its length, so that no two lists of parts have the same bytes.
class Writer {
 public:
  void clear() { bytes_.clear(); }
  ByteView bytes() const { return as_bytes(bytes_); }

  void text(std::string_view text) {
    number(static_cast<std::int64_t>(text.size()));
    bytes_.append(text);
  }
  void number(std::int64_t number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void value(const FieldValue& value) {
    std::visit(
        [this](const auto& held) {
          using Held = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<Held, std::int64_t>) {
            number(held);
          } else if constexpr (std::is_same_v<Held, std::string>) {
            text(held);
          } else if constexpr (std::is_same_v<Held, std::array<std::uint8_t, 16>>) {
            text(as_text(held));
          } else {
            number(static_cast<std::int64_t>(held.size()));
            for (const auto& member : held) {
              if constexpr (std::is_same_v<Held, std::vector<std::string>>)
                text(member);
              else
                number(member);
            }
          }
        },
        value);
  }

 private:
  std::string bytes_;
};

template <class List, class Write>
void write_sorted(const List& list, Writer& out, const Write& write) {
  std::vector<const typename List::value_type*> sorted;
  sorted.reserve(list.size());
  for (const auto& item : list) sorted.push_back(&item);
  std::ranges::sort(sorted, {}, [](const auto* item) { return item->first; });
  out.number(static_cast<std::int64_t>(sorted.size()));
  for (const auto* item : sorted) {
    out.text(name_of(item->first));
    write(item->second);
  }
}

void write_person(const PersonReference& person, Writer& out) {
  if (const auto* id = std::get_if<PersonId>(&person.who)) {
    out.text(as_text(id->bytes));
  } else {
    const auto& number = std::get<IdentityNumber>(person.who);
    out.text(to_text(number.type));
    out.text(number.number);
  }
  out.text(person.name);
  out.number(person.birth_date ? person.birth_date->days : date_min.days - 1);
}

void write_event(const SubmittedEvent& event, Writer& out) {
  out.text(type_info(event.draft.type).name);
  const auto valid_on = event.draft.envelope.valid_on;
  out.number(valid_on ? valid_on->days : date_min.days - 1);
  write_sorted(event.draft.fields, out, [&](const FieldValue& value) { out.value(value); });
  write_sorted(event.persons, out,
               [&](const PersonReference& person) { write_person(person, out); });
  write_sorted(event.units, out, [&](const UnitReference& unit) {
    const auto* number = std::get_if<std::string>(&unit);
    out.text(number != nullptr ? *number : as_text(std::get<UnitId>(unit).bytes));
  });
  write_sorted(event.facts, out, [&](const FactReference& fact) {
    out.number(fact.in_submission ? -static_cast<std::int64_t>(fact.number)
                                  : static_cast<std::int64_t>(fact.number));
  });
  if (!event.correction) return;
  out.number(static_cast<std::int64_t>(event.correction->replaces.value));
  out.number(static_cast<std::int64_t>(event.correction->cause));
  out.number(static_cast<std::int64_t>(event.correction->authority));
  out.text(event.correction->authority_document);
}

Refusal row_twice(std::uint64_t row, std::uint64_t first) {
  return {row, "",
          Reason("ROW_TWICE", "与第" + std::to_string(first) + "行重复，请删除其一",
                 "the same as row " + std::to_string(first) + ": delete one of them")};
}

}  // namespace

Content content_of(const Submission& submission) {
  Content out;
  Sha256 whole;
  Writer writer;
  std::unordered_map<std::uint64_t, std::uint64_t> seen;  // start of the hash -> row or place
  seen.reserve(submission.events.size());
  for (std::size_t i = 0; i < submission.events.size(); ++i) {
    const auto& event = submission.events[i];
    writer.clear();
    write_event(event, writer);
    const auto hash = sha256(writer.bytes());
    whole.update(hash.bytes);
    // 64 bits tell the events of one submission apart: a false match in 100,000 has a chance of
    // one in three billion, and an honest author is then only asked to look at two rows.
    std::uint64_t start;
    std::memcpy(&start, hash.bytes.data(), sizeof start);
    const auto row = event.draft.envelope.source_row;
    const auto [first, added] = seen.emplace(start, row != 0 ? row : i + 1);
    if (!added && out.repeated.size() < refusals_shown_max)
      out.repeated.push_back(row_twice(row != 0 ? row : i + 1, first->second));
  }
  out.digest = whole.finish();
  return out;
}

}  // namespace kinledger::ledger
