#include "ledger/content.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "ledger/crypto.h"

namespace kinledger::ledger {
namespace {

/// Fields of one list that are sorted without asking for memory; no type has as many.
constexpr std::size_t list_usual_max = 32;

/// Appends parts, each behind its length, so that no two lists of parts have the same bytes.
class Writer {
 public:
  explicit Writer(std::string& bytes) : bytes_(bytes) {}

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
  std::string& bytes_;
};

template <class List, class Write>
void write_sorted(const List& list, Writer& out, const Write& write) {
  using Item = const typename List::value_type*;
  std::array<Item, list_usual_max> usual;
  std::vector<Item> large(list.size() > usual.size() ? list.size() : 0);
  const std::span<Item> sorted(large.empty() ? usual.data() : large.data(), list.size());
  std::ranges::transform(list, sorted.begin(), [](const auto& item) { return &item; });
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

void write_event(const SubmittedEvent& event, Writer out) {
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

/// A refusal of each event that an earlier one says too, in their order.
std::vector<Refusal> refuse_repeated(const Submission& submission,
                                     std::vector<std::pair<std::uint64_t, std::size_t>> places) {
  std::ranges::sort(places);
  std::vector<std::pair<std::size_t, std::size_t>> repeated;  // the later place, the first one
  for (std::size_t i = 1, first = 0; i < places.size(); ++i) {
    if (places[i].first != places[first].first)
      first = i;
    else
      repeated.emplace_back(places[i].second, places[first].second);
  }
  std::ranges::sort(repeated);
  const auto row_at = [&](std::size_t place) -> std::uint64_t {
    const auto row = submission.events[place].draft.envelope.source_row;
    return row != 0 ? row : place + 1;
  };
  std::vector<Refusal> out;
  for (const auto& [later, first] : repeated) {
    if (out.size() == refusals_shown_max) break;
    out.push_back({row_at(later), "", row_twice(row_at(first))});
  }
  return out;
}

}  // namespace

void append_content(const SubmittedEvent& event, std::string& bytes) {
  write_event(event, Writer(bytes));
}

Reason row_twice(std::uint64_t first) {
  const std::string row = std::to_string(first);
  return {"ROW_TWICE", "与第 " + row + " 行内容相同。请删除其一；确为两次的，请补充能区分的内容。",
          "The row says the same as row " + row +
              ". Delete one of them; if it happened twice, add what tells them apart."};
}

Content content_of(const Submission& submission) {
  Content out;
  Sha256 whole;
  std::string bytes;
  // Start of the hash and place. 64 bits tell the events of one submission apart: a false match in
  // 100,000 has a chance of one in three billion, and an honest author is then only asked to look
  // at two rows.
  std::vector<std::pair<std::uint64_t, std::size_t>> places;
  places.reserve(submission.events.size());
  for (std::size_t i = 0; i < submission.events.size(); ++i) {
    bytes.clear();
    append_content(submission.events[i], bytes);
    const auto hash = sha256(as_bytes(bytes));
    whole.update(hash.bytes);
    std::uint64_t start;
    std::memcpy(&start, hash.bytes.data(), sizeof start);
    // Two people may ask the same at one moment: each is a record.
    if (submission.events[i].draft.type != EventType::access_recorded)
      places.emplace_back(start, i);
  }
  out.digest = whole.finish();
  out.repeated = refuse_repeated(submission, std::move(places));
  return out;
}

}  // namespace kinledger::ledger
