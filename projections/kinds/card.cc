// Kinds of rule about the social security card.
#include "projections/kinds/card.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr std::string_view material_words =
    "childIdFront|childIdBack|childHouseholdBook|photo|guardianIdFront|guardianIdBack|"
    "householdBook|birthCertificate|summarySheet";

constexpr std::array alternatives{
    Member{"materials", Shape::word, required_list, "材料，均须提交", "materials, all of them",
           material_words},
};
constexpr std::array groups{
    Member{"name", Shape::label, required, "材料名称", "what it is"},
    Member{"alternatives",
           Shape::table,
           required_list,
           "任一方式",
           "any one of these ways",
           {},
           alternatives},
};
constexpr std::array card_materials{
    Member{"groups", Shape::table, required_list, "材料", "what is handed in", {}, groups},
};
constexpr std::array patterns{
    Member{"material", Shape::word, required, "材料", "material", material_words},
    Member{"pattern", Shape::text, required, "文件名，用 {number} {name} {bank} 代替",
           "file name, with {number}, {name}, {bank} for what stands there"},
};
constexpr std::array card_file_names{
    Member{"files", Shape::table, required_list, "文件", "files", {}, patterns},
    Member{"folder", Shape::text, required, "文件夹名", "name of the folder"},
};
constexpr std::array card_banks{
    Member{"banks", Shape::code, required_list, "银行", "banks", "bank"},
};
constexpr std::array card_offices{
    Member{"fiscal_levels", Shape::code, optional_list, "单位财政级次（不填为其他单位）",
           "fiscal levels of the unit; absent: other units", "fiscalLevel"},
    Member{"name", Shape::label, required, "接收机构", "office"},
};
constexpr std::array card_route{
    Member{"batch_to", Shape::date, optional, "批量截止日（含）", "last day of the batch"},
    Member{"without_card_only", Shape::flag, required, "已有卡者不再申领",
           "who has a card does not apply again"},
    Member{"batch", Shape::code, optional_list, "批量办理途径", "ways of the batch", "cardRoute"},
    Member{"individual", Shape::code, optional, "个人办理途径", "way for one person", "cardRoute"},
    Member{"offices",
           Shape::table,
           optional_list,
           "批量材料送往",
           "where a batch is sent",
           {},
           card_offices},
    Member{"open_point", Shape::open_point, optional, "接收机构不一致",
           "where the documents name several offices"},
};
constexpr std::array applicants{
    Member{"banks", Shape::code, required_list, "银行", "banks", "bank"},
    Member{"guardian_only_below", Shape::age, optional, "未满此周岁须由监护人办理",
           "a guardian must act below this age"},
    Member{"guardian_below", Shape::age, optional, "未满此周岁可由监护人办理",
           "a guardian may act below this age"},
    Member{"self_from", Shape::age, optional, "满此周岁须本人办理",
           "in person only from this age on"},
    Member{"open_point", Shape::open_point, optional, "恰为该周岁时",
           "at exactly that age, where the document's ages overlap"},
};
constexpr std::array card_applicant{
    Member{"entries", Shape::table, required_list, "各银行", "by bank", {}, applicants},
};
constexpr std::array card_collection{
    Member{"photo_from_age", Shape::age, required, "满此周岁须提交照片",
           "from this age on a photo is handed in"},
    Member{"months_after", Shape::count, required, "到账和提交照片后满几个月",
           "months after the later of payment and photo"},
    Member{"open_point", Shape::open_point, optional, "未满该周岁者", "for those who are younger"},
};

ledger::CardMaterial material_of(std::string_view word) {
  return enumerant_of<ledger::CardMaterial>(ledger::EventType::card_material_submitted,
                                            ledger::Field::materials, word);
}

RuleParameters read_card_materials(const RuleReader& reader) {
  using Alternative = std::vector<ledger::CardMaterial>;
  const auto group = [](const RuleReader& each) -> CardMaterials::Group {
    const auto alternative = [](const RuleReader& one) -> Alternative {
      return mapped(one.codes("materials"), material_of);
    };
    return {each.label("name"), each.each<Alternative>("alternatives", alternative)};
  };
  return CardMaterials{reader.each<CardMaterials::Group>("groups", group)};
}

RuleParameters read_card_file_names(const RuleReader& reader) {
  const auto pattern = [](const RuleReader& each) -> CardFileNames::Pattern {
    return {material_of(each.text("material")), each.text("pattern")};
  };
  return CardFileNames{reader.each<CardFileNames::Pattern>("files", pattern),
                       reader.text("folder")};
}

RuleParameters read_card_banks(const RuleReader& reader) {
  return CardBanks{reader.codes("banks")};
}

RuleParameters read_card_route(const RuleReader& reader) {
  const auto office = [](const RuleReader& each) -> CardRoute::Office {
    return {each.codes("fiscal_levels"), each.label("name")};
  };
  return CardRoute{reader.date("batch_to"),
                   reader.flag("without_card_only"),
                   reader.codes("batch"),
                   reader.text("individual"),
                   reader.each<CardRoute::Office>("offices", office),
                   reader.text("open_point")};
}

RuleParameters read_card_applicant(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> CardApplicant::Entry {
    return {each.codes("banks"), each.count("guardian_only_below"), each.count("guardian_below"),
            each.count("self_from"), each.text("open_point")};
  };
  return CardApplicant{reader.each<CardApplicant::Entry>("entries", entry)};
}

RuleParameters read_card_collection(const RuleReader& reader) {
  return CardCollection{*reader.count("photo_from_age"), *reader.count("months_after"),
                        reader.text("open_point")};
}

constexpr std::array kinds_of_card{
    RuleKindInfo{RuleKind::card_materials, "card_materials", "制卡材料",
                 "What is handed in for a card.", card_materials, read_card_materials},
    RuleKindInfo{RuleKind::card_file_names, "card_file_names", "材料文件名",
                 "How the files of the materials are named.", card_file_names,
                 read_card_file_names},
    RuleKindInfo{RuleKind::card_banks, "card_banks", "发卡银行", "The banks that issue the card.",
                 card_banks, read_card_banks},
    RuleKindInfo{RuleKind::card_route, "card_route", "申领途径", "How cards are applied for.",
                 card_route, read_card_route},
    RuleKindInfo{RuleKind::card_applicant, "card_applicant", "申领人",
                 "Who may apply in person, by bank and age.", card_applicant, read_card_applicant},
    RuleKindInfo{RuleKind::card_collection, "card_collection", "领卡",
                 "From when a card can be collected.", card_collection, read_card_collection},
};

}  // namespace

std::span<const RuleKindInfo> card_kinds() { return kinds_of_card; }

}  // namespace kinledger::projections::kinds
