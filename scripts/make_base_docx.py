#!/usr/bin/env python3
"""Make templates/docx/base.docx: the empty Dutch document that every letter and contract starts from.

Written part by part, so that it holds nothing but what is read here: language nl-NL, styles, bullets, a header and a
footer with page numbers.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "templates" / "docx" / "base.docx"
FONT, INK, ACCENT, LINE, BAND = "Arial", "16212C", "00566B", "C3CCCA", "E1EFF1"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"

CONTENT_TYPES = (
    f'<Types xmlns="{PACKAGE}content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{WORD}{kind}+xml"/>'
        for part, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("settings", "settings"),
            ("numbering", "numbering"),
            ("fontTable", "fontTable"),
            ("header1", "header"),
            ("footer1", "footer"),
        )
    )
    + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    '<Override PartName="/docProps/app.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
)


def relations(*pairs: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}relationships">{rows}</Relationships>'


def style(
    id: str,
    name: str,
    *,
    based: str = "Normal",
    after: str = "",
    run: str = "",
    block: str = "",
    kind: str = "paragraph",
) -> str:
    follows = f'<w:next w:val="{after}"/>' if after else ""
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    default = ' w:default="1"' if not based else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{id}"><w:name w:val="{name}"/>{parent}{follows}<w:qFormat/>'
        f"<w:pPr>{block}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def heading(level: int, size: int, before: int, after: int) -> str:
    block = f'<w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="{after}"/><w:outlineLvl w:val="{level - 1}"/>'
    run = f'<w:b/><w:color w:val="{ACCENT}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    return style(f"Heading{level}", f"heading {level}", after="Normal", block=block, run=run)


def sized(size: int, *, bold: bool = False, color: str = "") -> str:
    shade = f'<w:color w:val="{color}"/>' if color else ""
    return f'{"<w:b/>" if bold else ""}{shade}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def border(side: str, color: str = LINE) -> str:
    return f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{color}"/>'


def table_style() -> str:
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="Gegevens"><w:name w:val="Gegevens"/>'
        '<w:basedOn w:val="TableNormal"/><w:pPr><w:spacing w:before="60" w:after="60"/></w:pPr><w:tblPr><w:tblBorders>'
        f"{border('top')}{border('bottom')}{border('insideH')}</w:tblBorders></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{BAND}"/></w:tcPr></w:tblStylePr></w:style>'
    )


def styles() -> str:
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
        f'<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        '<w:lang w:val="nl-NL" w:eastAsia="nl-NL" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="140" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    tab = '<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs><w:spacing w:after="0"/>'
    return (
        f"<w:styles {W}>{defaults}"
        + style("Normal", "Normal", based="")
        + style("DefaultParagraphFont", "Default Paragraph Font", based="", kind="character").replace(
            "<w:pPr></w:pPr>", ""
        )
        + style("Title", "Title", after="Normal", block='<w:keepNext/><w:spacing w:before="0" w:after="80"/>',
                run=sized(40, bold=True, color=ACCENT))
        + style("Subtitle", "Subtitle", after="Normal", block='<w:spacing w:after="240"/>', run=sized(24, color="42505D"))
        + heading(1, 30, 360, 120) + heading(2, 25, 280, 100) + heading(3, 22, 220, 80)
        + style("ListBullet", "List Bullet",
                block='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:after="60"/>')
        + style("Artikel", "Artikel", block='<w:tabs><w:tab w:val="left" w:pos="709"/></w:tabs>'
                '<w:spacing w:after="120"/><w:ind w:left="709" w:hanging="709"/>')
        + style("Caption", "caption", after="Normal", block='<w:keepNext/><w:spacing w:before="200" w:after="80"/>',
                run=sized(19, bold=True))
        + style("Cel", "Cel", block='<w:spacing w:before="50" w:after="50" w:line="264" w:lineRule="auto"/>', run=sized(19))
        + style("Klein", "Klein", run=sized(17, color="42505D"))
        + style("Adres", "Adres", block='<w:spacing w:after="0"/>')
        + style("Header", "header", block=tab, run=sized(17, color="42505D"))
        + style("Footer", "footer", block=tab, run=sized(17, color="42505D"))
        + table_style() + "</w:styles>"
    )  # fmt: skip


def field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


DOCUMENT = (
    f'<w:document {W} {R}><w:body><w:sectPr><w:headerReference w:type="default" r:id="rId5"/>'
    '<w:footerReference w:type="default" r:id="rId6"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1701" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="624" w:gutter="0"/>'
    "</w:sectPr></w:body></w:document>"
)
FOOTER = (
    f'<w:ftr {W} {R}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t></w:t></w:r><w:r><w:tab/></w:r>'
    f'<w:r><w:t xml:space="preserve">Pagina </w:t></w:r>{field("PAGE")}<w:r><w:t xml:space="preserve"> van </w:t></w:r>'
    f"{field('NUMPAGES')}</w:p></w:ftr>"
)
HEADER = f'<w:hdr {W} {R}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:t></w:t></w:r></w:p></w:hdr>'
NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr>'
    '<w:ind w:left="357" w:hanging="357"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="1">'
    '<w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
SETTINGS = (
    f'<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl'
    ' w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="nl-NL"/>'
    '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)
FONTS = (
    f'<w:fonts {W}><w:font w:name="{FONT}"><w:altName w:val="Liberation Sans"/><w:family w:val="swiss"/>'
    '<w:pitch w:val="variable"/></w:font></w:fonts>'
)
CORE = (
    f'<cp:coreProperties xmlns:cp="{PACKAGE}metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:language>nl-NL</dc:language></cp:coreProperties>"
)
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Inkoopportaal jeugdhulp</Application></Properties>"
)
PARTS = {
    "[Content_Types].xml": CONTENT_TYPES,
    "_rels/.rels": relations(
        (f"{OFFICE}officeDocument", "word/document.xml"),
        (f"{PACKAGE}relationships/metadata/core-properties", "docProps/core.xml"),
        (f"{OFFICE}extended-properties", "docProps/app.xml"),
    ),
    "docProps/core.xml": CORE,
    "docProps/app.xml": APP,
    "word/document.xml": DOCUMENT,
    "word/_rels/document.xml.rels": relations(
        *((f"{OFFICE}{kind}", f"{kind}.xml") for kind in ("styles", "settings", "numbering", "fontTable")),
        (f"{OFFICE}header", "header1.xml"),
        (f"{OFFICE}footer", "footer1.xml"),
    ),
    "word/styles.xml": styles(),
    "word/settings.xml": SETTINGS,
    "word/numbering.xml": NUMBERING,
    "word/fontTable.xml": FONTS,
    "word/header1.xml": HEADER,
    "word/footer1.xml": FOOTER,
}


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in PARTS.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), HEAD + text, zipfile.ZIP_DEFLATED)
    print(f"{TARGET.relative_to(TARGET.parents[2])}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
