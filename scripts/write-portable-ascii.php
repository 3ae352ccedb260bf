<?php

/*
 * Writes src/php/builtins/portable-ascii.json: what voku/portable-ascii, the library under Laravel's Str::ascii and Str::slug, makes of
 * each character. Run it when a new version of the library has another table; test/laravel/portable-ascii.test.ts notices that.
 *
 *     php scripts/write-portable-ascii.php VENDOR_FOLDER
 */

use Composer\InstalledVersions;
use voku\helper\ASCII;

require $argv[1].'/autoload.php';

$map = array_merge(ASCII::charsArrayWithSingleLanguageValues(false, false), ASCII::charsArrayWithOneLanguage('en', false, false));

$characters = $sequences = [];
foreach ($map as $from => $to) {
    $from = (string) $from;
    if (mb_strlen($from) === 1) {
        // A character that gives nothing is left out anyway.
        if (ord($from) >= 0x80 && $to !== '') {
            $characters[$to] = ($characters[$to] ?? '').$from;
        }
    } elseif (! preg_match('/[\x00-\x7f]/', $from)) {
        // Sequences with an ASCII letter (a letter and a combining mark) give what their characters give.
        $sequences[$to] = isset($sequences[$to]) ? "$sequences[$to] $from" : $from;
    }
}

$version = InstalledVersions::getPrettyVersion('voku/portable-ascii');
$json = json_encode([
    'source' => "voku/portable-ascii $version, Copyright (C) 2019 Lars Moelleken, MIT License; written by scripts/write-portable-ascii.php",
    'characters' => $characters,
    'sequences' => $sequences,
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS);

// Letters as they are; marks, spaces and what is invisible by their numbers.
$json = preg_replace_callback('/(?![\x20\n])[\p{M}\p{Z}\p{C}]/u', fn ($match) => trim(json_encode($match[0]), '"'), $json);
file_put_contents(
    dirname(__DIR__).'/src/php/builtins/portable-ascii.json',
    preg_replace_callback('/^ +/m', fn ($match) => str_repeat(' ', intdiv(strlen($match[0]), 2)), $json)."\n"
);
