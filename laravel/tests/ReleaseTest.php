<?php

namespace Resound\Tests;

use Illuminate\Contracts\Config\Repository;
use Resound\Install\InstallFailed;
use Resound\Install\Platform;
use Resound\Install\Release;

class ReleaseTest extends TestCase
{
    public function test_the_address_names_the_version_and_the_file_of_this_machine(): void
    {
        $this->boot("RESOUND_URL=https://files.test/{version}/{file}\nRESOUND_VERSION=1.2.3\n");
        $file = $this->app->make(Platform::class)->file();
        $this->assertMatchesRegularExpression('/^resound-(linux|darwin|windows)-/', $file);
        $this->assertSame("https://files.test/1.2.3/{$file}", $this->release()->url());
    }

    public function test_the_sum_comes_from_the_package(): void
    {
        $file = $this->app->make(Platform::class)->file();
        $sum = str_repeat('ab', 32);
        file_put_contents("{$this->folder}/1.2.3", str_repeat('00', 32)."  {$file}-other\n{$sum}  {$file}\n");
        $this->boot("RESOUND_VERSION=1.2.3\n");
        $this->assertSame($sum, $this->release()->sum());
    }

    public function test_without_a_sum_there_is_no_download(): void
    {
        $this->boot("RESOUND_VERSION=1.2.4\n");
        $this->expectException(InstallFailed::class);
        $this->expectExceptionMessage('has no SHA-256 sum of');
        $this->release()->sum();
    }

    public function test_a_version_names_no_other_file(): void
    {
        $this->boot("RESOUND_VERSION=../../secret\n");
        $this->expectException(InstallFailed::class);
        $this->expectExceptionMessage('is no version');
        $this->release()->sum();
    }

    private function release(): Release
    {
        return new Release($this->app->make(Repository::class), $this->app->make(Platform::class), $this->folder);
    }
}
